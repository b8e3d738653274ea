// One row of the picture: the newest post-image of one resource, reactive on its own.
import type { Unit } from "../gen/oneroom/v1alpha1/unit_pb";

/** A resource as the server last sent it. Components that read `image` update when only this row changes. */
export class Row<T> {
  /** The post-image; replaced as a whole, never edited. */
  image: T = $state.raw() as T;
  /** The log that holds the resource. */
  readonly logId: string;

  constructor(image: T, logId: string) {
    this.image = image;
    this.logId = logId;
  }
}

/** Where a unit was, in degrees × 10⁷, and when by the server's clock. */
export interface Fix {
  latE7: number;
  lonE7: number;
  /** When the fix was taken, milliseconds since 1970 by the server's clock. */
  atMs: number;
  /** Degrees from north, or null when unknown. */
  headingDeg: number | null;
}

/** A unit's row. Its fix changes too often to be reactive: the map reads it per drawing, lists per second. */
export class UnitRow extends Row<Unit> {
  fix: Fix | null = null;
}
