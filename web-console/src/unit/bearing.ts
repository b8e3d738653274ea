// Where to go, in a straight line: direction and distance between two points.
import type { MessageKey } from "../messages/zh";

/** Mean radius of the earth in metres (IUGG). */
const EARTH_M = 6_371_008.8;
/** Nearer than this a direction says nothing: it is within the error of the two positions. Metres. */
export const AT_PLACE_M = 15;
const radians = (e7: number) => (e7 / 1e7) * (Math.PI / 180);
const EIGHTHS: readonly MessageKey[] = ["dir_n", "dir_ne", "dir_e", "dir_se", "dir_s", "dir_sw", "dir_w", "dir_nw"];

interface Point {
  latE7: number;
  lonE7: number;
}

/** Great-circle distance in metres (haversine). */
export function distanceM(from: Point, to: Point): number {
  const [a, b] = [radians(from.latE7), radians(to.latE7)];
  const h = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin((radians(to.lonE7) - radians(from.lonE7)) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Initial bearing in degrees from north, 0 to 360. */
export function bearingDeg(from: Point, to: Point): number {
  const [a, b] = [radians(from.latE7), radians(to.latE7)];
  const across = radians(to.lonE7) - radians(from.lonE7);
  const y = Math.sin(across) * Math.cos(b);
  const x = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(across);
  return ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
}

/** One of eight directions. */
export function directionWord(degrees: number): MessageKey {
  return EIGHTHS[Math.round(degrees / 45) % 8]!;
}

/** 320 m, 4.2 km. */
export function distanceWord(metres: number): string {
  return metres < 1000 ? `${Math.round(metres / 10) * 10} m` : `${(metres / 1000).toFixed(1)} km`;
}
