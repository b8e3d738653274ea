// What the overlays draw: units and incidents with their screen positions, worked out once per drawing.
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import { isOver } from "../store/queue";
import { UnitState } from "../gen/oneroom/v1alpha1/unit_pb";
import { type Mark, STALE_FIX_MS, unitMark } from "../shared/marks";
import { millis } from "../shared/time";
import type { Picture } from "../store/picture.svelte";
import type { Camera } from "./mercator";
import { Projector } from "./mercator";

/** Beyond this age a fix is drawn as faint as it gets. */
const FAINTEST_AT_MS = 600_000;
const FAINTEST = 0.4;
/** Things this far outside the window are still drawn, so that their shapes do not pop at the edge. */
const MARGIN_PX = 40;
/** How far from the edge an emergency outside the window is pinned. */
const PIN_PX = 26;

export interface UnitSpot {
  unitId: string;
  callSign: string;
  incidentId: string;
  x: number;
  y: number;
  mark: Mark;
  /** Milliseconds since the fix. */
  ageMs: number;
  stale: boolean;
  /** 1 for a fresh fix, less the older it is. */
  opacity: number;
  /** It is in an emergency outside the window, and stands at the window's edge in its direction. */
  pinned: boolean;
}

export interface IncidentSpot {
  incident: Incident;
  x: number;
  y: number;
}

export interface Scene {
  units: UnitSpot[];
  incidents: IncidentSpot[];
}

/** How strongly a fix of this age is drawn. */
export function fixOpacity(ageMs: number): number {
  if (ageMs <= STALE_FIX_MS) return 1;
  const aged = Math.min(1, (ageMs - STALE_FIX_MS) / (FAINTEST_AT_MS - STALE_FIX_MS));
  return 0.8 - (0.8 - FAINTEST) * aged;
}

export function buildScene(picture: Picture, camera: Camera, serverNowMs: number): Scene {
  const at = new Projector(camera);
  const inside = (x: number, y: number) => x > -MARGIN_PX && y > -MARGIN_PX && x < camera.width + MARGIN_PX && y < camera.height + MARGIN_PX;
  const units: UnitSpot[] = [];
  for (const row of picture.units.untracked.values()) {
    const { image } = row;
    const { emergency } = image;
    const fix = row.fix ?? (emergency?.position ? { ...emergency.position, atMs: millis(emergency.raisedAt) } : null);
    if (!fix || (image.state === UnitState.OFF_DUTY && !emergency)) continue;
    let x = at.x(fix.lonE7);
    let y = at.y(fix.latE7);
    const outside = x < PIN_PX || y < PIN_PX || x > camera.width - PIN_PX || y > camera.height - PIN_PX;
    const pinned = emergency !== undefined && outside;
    if (pinned) {
      x = Math.min(camera.width - PIN_PX, Math.max(PIN_PX, x));
      y = Math.min(camera.height - PIN_PX, Math.max(PIN_PX, y));
    } else if (!inside(x, y)) continue;
    const assignment = image.assignmentId === "" ? undefined : picture.assignments.untracked.get(image.assignmentId)?.image;
    const ageMs = serverNowMs - fix.atMs;
    units.push({
      unitId: image.unitId,
      callSign: image.callSign,
      incidentId: assignment?.incidentId ?? "",
      x,
      y,
      mark: unitMark(image, assignment),
      ageMs,
      stale: ageMs > STALE_FIX_MS,
      opacity: emergency ? 1 : fixOpacity(ageMs),
      pinned,
    });
  }
  const incidents: IncidentSpot[] = [];
  for (const { image } of picture.incidents.untracked.values()) {
    const position = image.place?.position;
    if (!position || isOver(image)) continue;
    const x = at.x(position.lonE7);
    const y = at.y(position.latE7);
    if (inside(x, y)) incidents.push({ incident: image, x, y });
  }
  incidents.sort((a, b) => b.incident.priority - a.incident.priority);
  return { units, incidents };
}

/** The nearest of some spots within `reach` pixels. */
export function nearest<S extends { x: number; y: number }>(spots: readonly S[], x: number, y: number, reach: number): S | null {
  let best: S | null = null;
  let bestSquare = reach * reach;
  for (const spot of spots) {
    const square = (spot.x - x) ** 2 + (spot.y - y) ** 2;
    if (square <= bestSquare) {
      best = spot;
      bestSquare = square;
    }
  }
  return best;
}
