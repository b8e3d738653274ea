// Takes back the orders of units to one incident, by call sign.
import type { Console } from "../console/console.svelte";
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import type { Unit } from "../gen/oneroom/v1alpha1/unit_pb";
import { isActive } from "../store/picture.svelte";
import { recallUnit } from "./room";

/** Why an order typed back is taken back. */
const REASON = "mistake";

/** Each unit's order on the incident is taken back; one that is not on it stops the rest and is named. */
export async function recallUnits(console: Console, incident: Incident, units: readonly Unit[]): Promise<boolean> {
  const orders = console.store.picture.assignmentsOf(incident.incidentId).map((row) => row.image);
  for (const unit of units) {
    const order = orders.find((assignment) => assignment.unitId === unit.unitId && isActive(assignment));
    if (!order) {
      console.say("problem", "command_not_on_it", { token: unit.callSign });
      return false;
    }
    if (!(await recallUnit(console, incident.logId, order, REASON))) return false;
  }
  return true;
}
