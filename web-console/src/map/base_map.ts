// The base map: boundaries on plain ground, from the server that this page came from, and from nowhere else.
import type { FeatureCollection, Position as Coordinates } from "geojson";
import * as maplibregl from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import type { Camera } from "./mercator";
import type { Palette } from "./palette";
import { paintStreets, setStreets, STREET_SOURCES, streetLayers, type Streets } from "./streets";

// Without this the production map is silently blank.
maplibregl.setWorkerUrl(workerUrl);

/** No boundary at all. */
const NOWHERE: maplibregl.FilterSpecification = ["in", ["get", "agency_id"], ["literal", []]];
/** How strongly the ground in wartime mode is tinted: marks and labels above it stay readable. */
const WARTIME_OPACITY = 0.14;
const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

export type Bounds = [number, number, number, number];

/** The map, without pitch and rotation: north is up in a command room. */
export class BaseMap {
  readonly map: maplibregl.Map;
  #loaded: Promise<void>;

  constructor(container: HTMLElement, palette: Palette, label: string) {
    this.map = new maplibregl.Map({
      container,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxPitch: 0,
      renderWorldCopies: false,
      fadeDuration: 0,
      center: [110.17, 37.73],
      zoom: 8,
      locale: { "Map.Title": label },
      style: {
        version: 8,
        sources: { ...STREET_SOURCES, boundaries: { type: "geojson", data: EMPTY } },
        layers: [
          { id: "ground", type: "background", paint: { "background-color": palette.css.mapGround } },
          { id: "areas", type: "fill", source: "boundaries", paint: { "fill-color": palette.css.mapFill, "fill-opacity": 0.55 } },
          ...streetLayers(palette),
          // Stations in wartime mode (战时联勤): one pool, seen as one ground.
          { id: "wartime", type: "fill", source: "boundaries", filter: NOWHERE, paint: { "fill-color": palette.css.look, "fill-opacity": WARTIME_OPACITY } },
          {
            id: "borders",
            type: "line",
            source: "boundaries",
            paint: {
              "line-color": ["match", ["get", "level"], ["city", "county", "station"], palette.css.mapLineStrong, palette.css.mapLine],
              "line-width": ["match", ["get", "level"], "city", 2.5, "county", 2, "station", 1.4, 0.7],
            },
          },
        ],
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.#loaded = new Promise((resolve) => this.map.once("load", () => resolve()));
  }

  get camera(): Camera {
    const { lng, lat } = this.map.getCenter();
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    return { lon: lng, lat, zoom: this.map.getZoom(), width, height };
  }

  async paint(palette: Palette): Promise<void> {
    await this.#loaded;
    this.map.setPaintProperty("ground", "background-color", palette.css.mapGround);
    paintStreets(this.map, palette);
    this.map.setPaintProperty("wartime", "fill-color", palette.css.look);
    this.map.setPaintProperty("areas", "fill-color", palette.css.mapFill);
    this.map.setPaintProperty("borders", "line-color", ["match", ["get", "level"], ["city", "county", "station"], palette.css.mapLineStrong, palette.css.mapLine]);
  }

  async setBoundaries(geojson: readonly string[]): Promise<Bounds | null> {
    await this.#loaded;
    const features = geojson.flatMap((text) => (JSON.parse(text) as FeatureCollection).features);
    const source = this.map.getSource<maplibregl.GeoJSONSource>("boundaries");
    source?.setData({ type: "FeatureCollection", features });
    return boundsOf({ type: "FeatureCollection", features });
  }

  /** Draws streets and water, where the server has them. */
  async setStreets(streets: Streets): Promise<void> {
    await this.#loaded;
    setStreets(this.map, streets);
  }

  /** Tints the ground of these agency nodes. */
  async setWartime(agencyIds: readonly string[]): Promise<void> {
    await this.#loaded;
    this.map.setFilter("wartime", ["in", ["get", "agency_id"], ["literal", [...agencyIds]]]);
  }

  fit(bounds: Bounds): void {
    this.map.fitBounds(bounds, { padding: 24, animate: false, maxZoom: 15 });
  }
}

/** West, south, east, north of everything in a collection; null when it is empty. */
export function boundsOf(collection: FeatureCollection): Bounds | null {
  const bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (coordinates: unknown): void => {
    if (!Array.isArray(coordinates)) return;
    if (typeof coordinates[0] === "number") {
      const [lon, lat] = coordinates as Coordinates as [number, number];
      bounds[0] = Math.min(bounds[0], lon);
      bounds[1] = Math.min(bounds[1], lat);
      bounds[2] = Math.max(bounds[2], lon);
      bounds[3] = Math.max(bounds[3], lat);
    } else for (const part of coordinates) visit(part);
  };
  for (const { geometry } of collection.features) if (geometry && "coordinates" in geometry) visit(geometry.coordinates);
  return bounds[0] <= bounds[2] ? bounds : null;
}
