// Given: a room with its calls and orders, arranged through the server's own services, never through the screen under test.
import { randomUUID } from "node:crypto";
import { type Browser, type BrowserContext, type BrowserContextOptions, test } from "@playwright/test";
import { type Api, connectApi } from "../../../web-console/src/api/clients";
import { AssignmentRole } from "../../../web-console/src/gen/oneroom/v1alpha1/ranking_pb";
import { CallSource } from "../../../web-console/src/gen/oneroom/v1alpha1/call_pb";
import { Datum } from "../../../web-console/src/gen/oneroom/v1alpha1/place_pb";
import { ConsolePage } from "./console_page";
import { type RoomAddress, RoomProcess, type RoomServer } from "./room_process";
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
  /** Whether the officer of A01's beat owes a visit, as the rules want it; else that is excused, so that A01 stays free. */
  attended?: boolean;
}

/** How long another desk holds an incident. */
const HOLD_MS = 5 * 60 * 1000;
const E7_PER_M = 1e7 / 111_195;

export class Room {
  readonly api: Api;
  readonly address: RoomAddress;
  #server: RoomServer;

  constructor(server: RoomServer) {
    this.#server = server;
    this.address = server.address;
    this.api = connectApi(() => this.address.roomToken, this.address.origin);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** A call is reported near unit A01. Unless the rules dispatch it at once, A01's visit as the officer of that beat is excused. */
  async call(classification: { category: string; type: string }, wish: CallWish = {}): Promise<Opened> {
    const { receipt, incidentId, number } = await this.api.intake.reportIncident({
      requestId: randomUUID(),
      source: CallSource.EMERGENCY_110,
      classification,
      ...this.placed(wish.northM ?? 0, wish.eastM ?? 0),
      address: "1 Test Street",
      narrative: wish.narrative ?? "",
    });
    const opened = { logId: receipt!.logId, incidentId, number };
    if (classification !== CALL.knife && !wish.attended) await this.excuses(opened);
    return opened;
  }

  /** A position so many metres north and east of where unit A01 begins. */
  protected placed(northM: number, eastM = 0): { position: { latE7: number; lonE7: number }; datum: Datum } {
    const { latE7, lonE7 } = this.address.officerAt;
    const east = E7_PER_M / Math.cos(((latE7 / 1e7) * Math.PI) / 180);
    return { position: { latE7: Math.round(latE7 + northM * E7_PER_M), lonE7: Math.round(lonE7 + eastM * east) }, datum: Datum.WGS84 };
  }

  /** The beat's officer need not attend. */
  async excuses({ logId, incidentId }: Opened): Promise<void> {
    await this.api.dispatch.excuseAttendance({ requestId: randomUUID(), logId, incidentId, reason: "training" });
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

  /** Another desk holds an incident back, for a reason of the policy. */
  async holds(of: Opened, reason: string): Promise<void> {
    const { logId, incidentId } = of;
    const until = { seconds: BigInt(Math.round((Date.now() + HOLD_MS) / 1000)), nanos: 0 };
    await this.api.dispatch.holdIncident({ requestId: randomUUID(), logId, incidentId, reason, until, expectedRevision: 0n });
  }

  /** The steps of one unit's first order to an incident, as the record has them. */
  async stepsOf({ logId, incidentId }: Opened, unitId: string): Promise<string[]> {
    const { events } = await this.api.record.listEvents({ logId, incidentId, afterSeq: 0n, pageSize: 200 });
    const id = events.find((event) => event.unitId === unitId && event.kind === "assignment_offered")?.assignmentId;
    return events.filter(({ assignmentId }) => id !== undefined && assignmentId === id).map(({ kind }) => kind);
  }

  /** A station asks the desk above for support (吹哨). */
  async whistles({ logId, incidentId }: Opened): Promise<void> {
    await this.api.dispatch.requestSupport({ requestId: randomUUID(), logId, incidentId, toId: logId, reason: "more_units" });
  }

  /** The county switches wartime mode on for all of it, and off again. */
  async startsWartime(logId: string): Promise<void> {
    const until = { seconds: BigInt(Math.round((Date.now() + HOLD_MS) / 1000)), nanos: 0 };
    await this.api.dispatch.startWartime({ requestId: randomUUID(), logId, areaId: logId, reason: "exercise", until });
  }

  async endsWartime(logId: string): Promise<void> {
    await this.api.dispatch.endWartime({ requestId: randomUUID(), logId, areaId: logId });
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
export async function operatorOpens(room: { address: RoomAddress }, browser: Browser, options: BrowserContextOptions = {}, before?: (page: ConsolePage) => Promise<void>): Promise<ConsolePage> {
  const console = new ConsolePage(await (await newWindow(browser, options)).newPage());
  await before?.(console);
  await console.open(room.address);
  return console;
}

/** The officers of A01 open their app on a phone. */
export async function officerOpens(room: { address: RoomAddress }, browser: Browser, before?: (page: UnitPage) => Promise<void>): Promise<UnitPage> {
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
