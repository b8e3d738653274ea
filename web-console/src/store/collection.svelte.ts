// A keyed set of rows whose membership is reactive in batches.
import type { Row } from "./row.svelte";

/**
 * Rows by id. A change of one row's image is seen at once by whoever reads that row; a change of membership or order is
 * seen by readers of `rows` after `publish`, so that a burst of frames sorts long lists once.
 */
export class Collection<T, R extends Row<T>> {
  #rows = new Map<string, R>();
  #version = $state(0);
  #dirty = false;
  #make: (image: T, logId: string) => R;

  constructor(make: (image: T, logId: string) => R) {
    this.#make = make;
  }

  /** All rows; reading it subscribes to membership. */
  get rows(): ReadonlyMap<string, R> {
    void this.#version;
    return this.#rows;
  }

  /** All rows without subscribing, for code outside components. */
  get untracked(): ReadonlyMap<string, R> {
    return this.#rows;
  }

  /** The row with this id; subscribes, so that a row that appears later is seen. */
  get(id: string): R | undefined {
    void this.#version;
    return this.#rows.get(id);
  }

  /** Adds or replaces a post-image. */
  put(id: string, image: T, logId: string): R {
    this.#dirty = true;
    const row = this.#rows.get(id);
    if (row && row.logId === logId) {
      row.image = image;
      return row;
    }
    const made = this.#make(image, logId);
    this.#rows.set(id, made);
    return made;
  }

  /** Forgets a row. */
  remove(id: string): void {
    if (this.#rows.delete(id)) this.#dirty = true;
  }

  /** Tells readers of `rows` if anything changed since the last call. */
  publish(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#version += 1;
  }
}
