// Incidents, call signs and the lines to the selected incident, on a two-dimensional canvas above the units.
import { t } from "../messages/language.svelte";
import { isPending, urgency } from "../store/queue";
import type { Palette } from "./palette";
import type { IncidentSpot, Scene, UnitSpot } from "./scene";

/** No more incidents than this carry a label at once; the others are markers. */
const LABELLED_INCIDENTS = 60;
const LABEL_HEIGHT = 20;
/** With more units in sight only the selected and the concerned ones carry their call sign. */
const LABELLED_UNITS = 60;
const FONT = '600 12px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC Variable", sans-serif';

export interface Selection {
  incidentId: string;
  unitId: string;
}

export function drawLabels(canvas: HTMLCanvasElement, scene: Scene, palette: Palette, selection: Selection, serverNowMs: number, density: number): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, canvas.width / density, canvas.height / density);
  context.font = FONT;
  context.textBaseline = "middle";
  drawLinks(context, scene, palette, selection);
  drawCallSigns(context, scene.units, palette, selection);
  for (const { spot, labelled, selected } of placed(context, scene.incidents, selection)) drawIncident(context, spot, palette, selected, labelled, serverNowMs);
  for (const unit of scene.units) if (unit.mark.shape === "star") drawEmergency(context, unit, palette);
}

interface Placed {
  spot: IncidentSpot;
  labelled: boolean;
  selected: boolean;
}

/** Who gets a label: the selected incident, then by priority, as long as labels do not cover each other. Answers back to front. */
function placed(context: CanvasRenderingContext2D, incidents: readonly IncidentSpot[], selection: Selection): Placed[] {
  const urgentFirst = [...incidents].reverse();
  const chosen = urgentFirst.findIndex(({ incident }) => incident.incidentId === selection.incidentId);
  if (chosen > 0) urgentFirst.unshift(...urgentFirst.splice(chosen, 1));
  const boxes: { x: number; y: number; half: number }[] = [];
  return urgentFirst
    .map((spot, i) => {
      const half = context.measureText(`P${spot.incident.priority} ${spot.incident.number} !!`).width / 2 + 6;
      const free = boxes.length < LABELLED_INCIDENTS && boxes.every((box) => Math.abs(box.x - spot.x) > box.half + half || Math.abs(box.y - spot.y) > LABEL_HEIGHT + 2);
      if (free) boxes.push({ x: spot.x, y: spot.y, half });
      return { spot, labelled: free, selected: i === 0 && chosen >= 0 };
    })
    .reverse()
    .sort((a, b) => Number(a.labelled) - Number(b.labelled));
}

function drawLinks(context: CanvasRenderingContext2D, scene: Scene, palette: Palette, selection: Selection): void {
  const target = scene.incidents.find(({ incident }) => incident.incidentId === selection.incidentId);
  if (!target) return;
  context.strokeStyle = palette.css.move;
  context.lineWidth = 1.5;
  context.setLineDash([6, 4]);
  for (const unit of scene.units) {
    if (unit.incidentId !== selection.incidentId || unit.mark.shape === "square") continue;
    context.beginPath();
    context.moveTo(unit.x, unit.y);
    context.lineTo(target.x, target.y);
    context.stroke();
  }
  context.setLineDash([]);
}

function drawCallSigns(context: CanvasRenderingContext2D, units: readonly UnitSpot[], palette: Palette, selection: Selection): void {
  const all = units.length <= LABELLED_UNITS;
  context.lineWidth = 3;
  context.lineJoin = "round";
  for (const unit of units) {
    const selected = unit.unitId === selection.unitId;
    const concerned = unit.incidentId !== "" && unit.incidentId === selection.incidentId;
    if (selected) {
      context.strokeStyle = palette.css.focus;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(unit.x, unit.y, 13, 0, Math.PI * 2);
      context.stroke();
      context.lineWidth = 3;
    }
    if (unit.mark.shape === "star" || (!all && !selected && !concerned)) continue;
    context.globalAlpha = Math.max(0.7, unit.opacity);
    context.strokeStyle = palette.css.mapGround;
    context.strokeText(unit.callSign, unit.x + 10, unit.y);
    context.fillStyle = unit.stale ? palette.css.soft : palette.css.text;
    context.fillText(unit.callSign, unit.x + 10, unit.y);
    context.globalAlpha = 1;
  }
}

/** Who needs help: a triangle with a sign in it and words beside it, above everything else; at the window's edge on the side where there is room. */
function drawEmergency(context: CanvasRenderingContext2D, { callSign, x, y, pinned }: UnitSpot, palette: Palette): void {
  const words = `${callSign} ${t("unit_emergency")}${pinned ? ` · ${t("map_outside")}` : ""}`;
  const width = context.measureText(words).width + 12;
  context.strokeStyle = palette.css.onFill;
  context.fillStyle = palette.css.alertFill;
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(x, y - 15);
  context.lineTo(x + 15, y + 11);
  context.lineTo(x - 15, y + 11);
  context.closePath();
  context.fill();
  context.stroke();
  context.fillStyle = palette.css.onFill;
  context.fillText("!", x - context.measureText("!").width / 2, y + 2);
  const left = x + 18 + width > context.canvas.clientWidth ? x - 18 - width : x + 18;
  context.fillStyle = palette.css.alertFill;
  context.fillRect(left, y - LABEL_HEIGHT / 2, width, LABEL_HEIGHT);
  context.fillStyle = palette.css.onFill;
  context.fillText(words, left + 6, y + 0.5);
}

/** A call-out whose tip is the place: priority and number, framed by how urgent it is. */
function drawIncident(context: CanvasRenderingContext2D, { incident, x, y }: IncidentSpot, palette: Palette, selected: boolean, labelled: boolean, serverNowMs: number): void {
  const pending = isPending(incident);
  const level = pending ? urgency(incident, serverNowMs) : "normal";
  const urgent = incident.priority === 1;
  const frame = level === "red" || (pending && urgent) ? palette.css.alert : level === "amber" ? palette.css.look : palette.css.soft;
  const fill = pending && urgent ? palette.css.alertFill : palette.css.surface;
  const text = pending && urgent ? palette.css.onFill : palette.css.text;
  const tip = 7;
  context.fillStyle = fill;
  context.strokeStyle = selected ? palette.css.focus : frame;
  context.lineWidth = selected ? 2.5 : 1.5;
  const words = labelled ? `P${incident.priority} ${incident.number}${level === "red" ? " !!" : level === "amber" ? " !" : ""}` : "";
  const half = labelled ? context.measureText(words).width / 2 + 6 : 5;
  const height = labelled ? LABEL_HEIGHT : 10;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + 5, y - tip);
  context.lineTo(x + half, y - tip);
  context.lineTo(x + half, y - tip - height);
  context.lineTo(x - half, y - tip - height);
  context.lineTo(x - half, y - tip);
  context.lineTo(x - 5, y - tip);
  context.closePath();
  context.fill();
  context.stroke();
  if (!labelled) return;
  context.fillStyle = text;
  context.fillText(words, x - half + 6, y - tip - height / 2 + 0.5);
}
