// Web Mercator by hand: 10,000 points a frame are projected faster than by asking the map one by one.

/** World size in pixels at zoom 0, as MapLibre counts. */
const TILE = 512;

/** Where the map looks, and how big its canvas is in CSS pixels. */
export interface Camera {
  lon: number;
  lat: number;
  zoom: number;
  width: number;
  height: number;
}

export const mercatorX = (lon: number) => (180 + lon) / 360;
export const mercatorY = (lat: number) => (180 - (180 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360))) / 360;

/** Screen position in CSS pixels of a point in degrees × 10⁷; the map has neither pitch nor rotation. */
export class Projector {
  #scale: number;
  #left: number;
  #top: number;

  constructor(camera: Camera) {
    this.#scale = TILE * 2 ** camera.zoom;
    this.#left = mercatorX(camera.lon) * this.#scale - camera.width / 2;
    this.#top = mercatorY(camera.lat) * this.#scale - camera.height / 2;
  }

  x(lonE7: number): number {
    return mercatorX(lonE7 / 1e7) * this.#scale - this.#left;
  }

  y(latE7: number): number {
    return mercatorY(latE7 / 1e7) * this.#scale - this.#top;
  }
}
