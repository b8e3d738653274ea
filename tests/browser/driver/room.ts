// Given: a room with its calls and orders, arranged through the server's own services, never through the screen under test.
import { randomUUID } from "node:crypto";
import { type Browser, type BrowserContext, type BrowserContextOptions, test } from "@playwright/test";
import { type Api, connectApi } from "../../../web-console/src/api/clients";
import { AssignmentRole } from "../../../web-console/src/gen/oneroom/v1alpha1/assignment_pb";
import { CallSource } from "../../../web-console/src/gen/oneroom/v1alpha1/intake_service_pb";
import { Datum } from "../../../web-console/src/gen/oneroom/v1alpha1/place_pb";
import { ConsolePage } from "./console_page";
import { type RoomAddress, RoomProcess } from "./room_process";
import { UnitPage } from "./unit_page";

/** Calls by what they lead to under the shipped policy. */
export const CALL = {
  /** P1: the best unit is ordered by rule. */
  knife: { category: "public_order", type: "weapon_seen" },
  /** P2, left to the operator. */
  fight: { category: "public_order", type: "fight" },
  /** P3, left to the operator. */
  theft: { category: "criminal", type: "theft" },
  /** P4, left to the operator. */
  damage: { category: "public_order", type: "damage" },
} as const;

/** An incident as tests name it. */
export interface Opened {
  logId: string;
  incidentId: string;
  number: number;
}

export interface CallWish {
  /** Metres north and east of where unit A01 begins. */
  northM?: number;
  eastM?: number;
  narrative?: string;
}

const E7_PER_M = 1e7 / 111_195;

export class Room {
  readonly api: Api;
  readonly address: RoomAddress;
  #process: RoomProcess;

  constructor(process: RoomProcess) {
    this.#process = process;
    this.address = process.address;
    this.api = connectApi(() => this.address.roomToken, this.address.origin);
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  /** A call is reported near unit A01. */
  async call(classification: { category: string; type: string }, wish: CallWish = {}): Promise<Opened> {
    const { latE7, lonE7 } = this.address.officerAt;
    const east = E7_PER_M / Math.cos(((latE7 / 1e7) * Math.PI) / 180);
    const { receipt, incidentId, number } = await this.api.intake.reportIncident({
      requestId: randomUUID(),
      source: CallSource.EMERGENCY_110,
      classification,
      position: { latE7: Math.round(latE7 + (wish.northM ?? 0) * E7_PER_M), lonE7: Math.round(lonE7 + (wish.eastM ?? 0) * east) },
      datum: Datum.WGS84,
      address: "1 Test Street",
      narrative: wish.narrative ?? "",
    });
    return { logId: receipt!.logId, incidentId, number };
  }

  /** Who could be sent, best first; without A01, which is kept for the officers' app. */
  async candidates(of: Opened): Promise<{ unitId: string; callSign: string }[]> {
    const { recommended } = await this.api.dispatch.recommendUnits({ logId: of.logId, incidentId: of.incidentId, limit: 20 });
    return recommended.filter(({ callSign }) => callSign !== "A01");
  }

  /** Another desk sends its best unit. */
  async sendsBest(to: Opened): Promise<{ unitId: string; callSign: string }> {
    const [best] = await this.candidates(to);
    if (!best) throw new Error(`nobody can be sent to ${to.number}; expected a free unit`);
    await this.sends(best.unitId, to);
    return best;
  }

  /** Another desk sends this unit. */
  async sends(unitId: string, to: Opened): Promise<void> {
    const { logId, incidentId } = to;
    await this.api.dispatch.assignUnits({ requestId: randomUUID(), logId, incidentId, orders: [{ unitId, role: AssignmentRole.PRIMARY }], expectedRevision: 0n });
  }

  /** What the record holds of an incident, oldest first. */
  async record(of: Opened): Promise<{ kind: string; detail: string }[]> {
    const { events } = await this.api.record.listEvents({ logId: of.logId, incidentId: of.incidentId, afterSeq: 0n, pageSize: 200 });
    return events.map(({ kind, detailJson }) => ({ kind, detail: detailJson }));
  }
}

/** Starts a server for the spec file that calls this, and stops it after the file. */
export function useRoom(seed: number): () => Room {
  let room: Room | undefined;
  test.beforeAll(async () => {
    room = new Room(await RoomProcess.start(seed));
  });
  test.afterAll(async () => {
    await room?.stop();
    room = undefined;
  });
  return () => {
    if (!room) throw new Error("the room is not open; expected to be asked inside a test");
    return room;
  };
}

/** An operator opens the console in a window of their own. `before` prepares the page before anything loads. */
export async function operatorOpens(room: Room, browser: Browser, options: BrowserContextOptions = {}, before?: (page: ConsolePage) => Promise<void>): Promise<ConsolePage> {
  const console = new ConsolePage(await (await newWindow(browser, options)).newPage());
  await before?.(console);
  await console.open(room.address);
  return console;
}

/** The officers of A01 open their app on a phone. */
export async function officerOpens(room: Room, browser: Browser, before?: (page: UnitPage) => Promise<void>): Promise<UnitPage> {
  const officer = new UnitPage(await (await newWindow(browser, { viewport: { width: 412, height: 840 }, hasTouch: true })).newPage());
  await before?.(officer);
  await officer.open(room.address);
  return officer;
}

const windows: BrowserContext[] = [];
async function newWindow(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  windows.push(context);
  return context;
}

/** Closes what the test has opened; every spec calls it after each test. */
export async function closeWindows(): Promise<void> {
  await Promise.all(windows.splice(0).map((context) => context.close()));
}
