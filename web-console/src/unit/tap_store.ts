// Where taps wait: IndexedDB, written through to the disk before anything is sent.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Tap } from "./tap";

interface OutboxSchema extends DBSchema {
  taps: { key: number; value: Tap; indexes: { requestId: string } };
}
const STORE = "taps";

/** Taps kept at most. An officer makes a dozen an hour; a full outbox means that something else is wrong, and says so. */
export const TAPS_KEPT = 1000;

export class OutboxFull extends Error {
  constructor() {
    super(`the outbox holds ${TAPS_KEPT} taps that were not sent; expected fewer`);
  }
}

export class TapStore {
  #database: Promise<IDBPDatabase<OutboxSchema>>;

  constructor(name = "oneroom-outbox") {
    this.#database = openDB<OutboxSchema>(name, 1, {
      upgrade(database) {
        database.createObjectStore(STORE, { keyPath: "order", autoIncrement: true }).createIndex("requestId", "requestId", { unique: true });
      },
    });
    // Whoever uses the database sees the failure; nobody else needs to.
    this.#database.catch(() => undefined);
  }

  /** Keeps a tap; when this answers, it is on the disk. */
  async add(tap: Tap): Promise<void> {
    const transaction = (await this.#database).transaction(STORE, "readwrite", { durability: "strict" });
    if ((await transaction.store.count()) >= TAPS_KEPT) {
      transaction.abort();
      await transaction.done.catch(() => undefined);
      throw new OutboxFull();
    }
    await Promise.all([transaction.store.add(tap), transaction.done]);
  }

  /** All taps that wait, in the order they were made. */
  async all(): Promise<Tap[]> {
    return (await this.#database).getAll(STORE);
  }

  /** Forgets an answered tap. */
  async remove(requestId: string): Promise<void> {
    const transaction = (await this.#database).transaction(STORE, "readwrite", { durability: "strict" });
    const order = await transaction.store.index("requestId").getKey(requestId);
    if (order !== undefined) await transaction.store.delete(order);
    await transaction.done;
  }

  async close(): Promise<void> {
    (await this.#database).close();
  }
}
