// Given: a county with rules of its own, its operators and what its units do, arranged through the server's services.
import { randomUUID } from "node:crypto";
import { test } from "@playwright/test";
import { type Api, connectApi } from "../../../web-console/src/api/clients";
import { CallSource } from "../../../web-console/src/gen/oneroom/v1alpha1/call_pb";
import { CALL_SIGNS, COUNTY, CountyProcess, type Operator, unitId } from "./county_process";
import { reportFix } from "./gateway";
import { closeWindows, type Opened, Room } from "./room";
import type { RoomAddress } from "./room_process";

const stamp = (ms: number) => ({ seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1_000_000 });

export class County extends Room {
  #process: CountyProcess;
  #opened: Opened[] = [];

  constructor(process: CountyProcess) {
    super(process);
    this.#process = process;
  }

  /** Where this operator opens the console. */
  as(operator: Operator): { address: RoomAddress } {
    return { address: { ...this.address, roomToken: this.#process.tokens[operator] } };
  }

  apiOf(operator: Operator): Api {
    return connectApi(() => this.#process.tokens[operator], this.address.origin);
  }

  /** Units come on duty; all of them unless some are named. */
  async signsOn(callSigns: readonly string[] = CALL_SIGNS): Promise<void> {
    for (const callSign of callSigns) await this.api.unit.signOn({ requestId: randomUUID(), logId: COUNTY, unitId: unitId(callSign) });
  }

  /** A call is reported in the east; `passedDown` by the county's desk, for the station's room to sign. */
  override async call(classification: { category: string; type: string }, wish: { northM?: number; passedDown?: boolean } = {}): Promise<Opened> {
    const { receipt, incidentId, number } = await this.api.intake.reportIncident({
      requestId: randomUUID(),
      source: CallSource.EMERGENCY_110,
      classification,
      ...this.placed(wish.northM ?? 0),
      address: "1 Test Street",
      passDownFromId: wish.passedDown ? COUNTY : "",
    });
    const opened = { logId: receipt!.logId, incidentId, number };
    this.#opened.push(opened);
    return opened;
  }

  /** The desk sends this unit, which does these steps. */
  async sendsUnit(callSign: string, to: Opened, ...steps: ("acknowledge" | "markEnRoute" | "markOnScene")[]): Promise<void> {
    await this.sends(unitId(callSign), to);
    const { assignments } = await this.api.record.getIncident(to);
    const order = assignments.find((assignment) => assignment.callSign === callSign)!;
    for (const step of steps) await this.api.unit[step]({ requestId: randomUUID(), logId: to.logId, assignmentId: order.assignmentId, occurredAt: stamp(Date.now()) });
  }

  /** A fix of this unit arrives. */
  async hears(callSign: string): Promise<void> {
    await reportFix(this.address.origin, this.#process.gatewayToken, unitId(callSign), this.address.officerAt);
  }

  /** A shift of a station that ends so soon. */
  async plansShift(stationId: string, callSigns: readonly string[], endsInMs: number): Promise<string> {
    const now = Date.now();
    const { shiftId } = await this.api.shift.planShift({
      requestId: randomUUID(),
      logId: COUNTY,
      stationId,
      startsAt: stamp(now - 8 * 3_600_000),
      endsAt: stamp(now + endsInMs),
      unitIds: callSigns.map(unitId),
    });
    return shiftId;
  }

  /** What a test has opened is called off, so that every unit is free for the next. */
  async clears(): Promise<void> {
    for (const { logId, incidentId } of this.#opened.splice(0)) {
      const { incident } = await this.api.record.getIncident({ logId, incidentId });
      if (incident) await this.api.intake.cancelIncident({ requestId: randomUUID(), logId, incidentId, reason: "test" }).catch(() => undefined);
    }
  }
}

/** Starts the county for the spec file that calls this; after each test its incidents are called off and its windows closed. */
export function useCounty(): () => County {
  let county: County | undefined;
  test.beforeAll(async () => {
    county = new County(await CountyProcess.start());
    await county.signsOn();
  });
  test.afterEach(async () => {
    await closeWindows();
    await county?.clears();
  });
  test.afterAll(async () => {
    await county?.stop();
    county = undefined;
  });
  return () => {
    if (!county) throw new Error("the county is not open; expected to be asked inside a test");
    return county;
  };
}
