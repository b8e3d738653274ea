// Sends a recommended unit, on a ranking that is no older than 10 s.
import type { Console } from "../console/console.svelte";
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import { assignUnits } from "./assign_units";

/**
 * Sends the top of the ranking. When the ranking had to be worked out again and another unit came out on top than the one on
 * screen, nothing is sent: the operator decides on what is now shown.
 */
export async function dispatchTop(console: Console, incident: Incident): Promise<boolean> {
  const { recommendation } = console;
  const shown = recommendation.incidentId === incident.incidentId ? recommendation.top : undefined;
  await recommendation.freshen(incident);
  if (failed(console)) return false;
  const top = recommendation.top;
  if (!top) {
    console.say("problem", "recommend_nobody");
    return false;
  }
  if (shown && shown.unitId !== top.unitId) {
    console.say("problem", "recommend_changed", { call_sign: top.callSign });
    return false;
  }
  return assignUnits(console, incident, [top], Number(top.travelMs));
}

/** Sends the chosen line of the ranking, if it is still eligible. */
export async function dispatchRanked(console: Console, incident: Incident, unitId: string, callSign: string): Promise<boolean> {
  const { recommendation } = console;
  await recommendation.freshen(incident);
  if (failed(console)) return false;
  const line = recommendation.recommended.find((ranked) => ranked.unitId === unitId);
  if (!line) {
    console.say("problem", "recommend_gone", { call_sign: callSign });
    return false;
  }
  return assignUnits(console, incident, [line], Number(line.travelMs));
}

function failed(console: Console): boolean {
  const { failure, status } = console.recommendation;
  if (status !== "failed" || !failure) return false;
  console.say("problem", failure.key, { detail: failure.detail });
  return true;
}
