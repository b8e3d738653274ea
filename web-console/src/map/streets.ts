// Streets and water under the boundaries: quiet, so that units, incidents and borders stay what the eye finds first.
import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, LayerSpecification, Map as MapLibre, SourceSpecification } from "maplibre-gl";
import type { Palette } from "./palette";

/** Streets and water as text: GeoJSON feature collections, streets with a `class`. */
export interface Streets {
  roads: FeatureCollection;
  water: FeatureCollection;
}

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const ROADS = "streets-roads";
const WATER = "streets-water";
/** Roads that lead through the county; the others show when one is close enough to read them. */
const LARGE = ["trunk", "primary", "secondary"];

export const STREET_SOURCES: Record<string, SourceSpecification> = {
  [WATER]: { type: "geojson", data: EMPTY },
  [ROADS]: { type: "geojson", data: EMPTY },
};

/** The layers, the lowest first. */
export function streetLayers(palette: Palette): LayerSpecification[] {
  const isLarge: ["in", ["get", "class"], ["literal", string[]]] = ["in", ["get", "class"], ["literal", LARGE]];
  return [
    { id: WATER, type: "fill", source: WATER, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": palette.css.move, "fill-opacity": 0.16 } },
    {
      id: `${ROADS}-small`,
      type: "line",
      source: ROADS,
      minzoom: 10.5,
      filter: ["!", isLarge],
      paint: { "line-color": palette.css.mapLine, "line-width": ["interpolate", ["linear"], ["zoom"], 10.5, 0.4, 15, 2], "line-opacity": 0.8 },
    },
    {
      id: `${ROADS}-large`,
      type: "line",
      source: ROADS,
      filter: isLarge,
      paint: { "line-color": palette.css.mapLine, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.8, 12, 1.8, 15, 4] },
    },
  ];
}

/** Other colours, when the theme changes. */
export function paintStreets(map: MapLibre, palette: Palette): void {
  map.setPaintProperty(WATER, "fill-color", palette.css.move);
  for (const size of ["small", "large"]) map.setPaintProperty(`${ROADS}-${size}`, "line-color", palette.css.mapLine);
}

export function setStreets(map: MapLibre, streets: Streets): void {
  map.getSource<GeoJSONSource>(WATER)?.setData(streets.water);
  map.getSource<GeoJSONSource>(ROADS)?.setData(streets.roads);
}
