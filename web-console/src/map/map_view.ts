// The map with its overlays: draws when something may have changed, and says what was pointed at.
import { create } from "@bufbuild/protobuf";
import type { Incident } from "../gen/oneroom/v1alpha1/incident_pb";
import { type Viewport, ViewportSchema } from "../gen/oneroom/v1alpha1/watch_service_pb";
import type { Picture } from "../store/picture.svelte";
import { BaseMap, type Bounds } from "./base_map";
import { drawLabels, type Selection } from "./labels_overlay";
import { type Palette, readPalette } from "./palette";
import { buildScene, nearest, type Scene, type UnitSpot } from "./scene";
import { UnitsOverlay } from "./units_overlay";

const REACH_PX = 16;
const VIEWPORT_AFTER_MS = 250;
const E7 = 1e7;

export interface MapPorts {
  picture: Picture;
  serverNow(): number;
  selection(): Selection;
  /** The map's window changed: only fixes inside it are wanted. */
  viewport(viewport: Viewport): void;
  clicked(latitude: number, longitude: number, unit: UnitSpot | null, incident: Incident | null): void;
  hovered(unit: UnitSpot | null): void;
  /** The operator moved the map by hand. */
  panned(): void;
  /** The unit that is followed; empty when none. */
  followed(): string;
}

export class MapView {
  readonly base: BaseMap;
  #ports: MapPorts;
  #units: UnitsOverlay | null;
  #unitsCanvas: HTMLCanvasElement;
  #labelsCanvas: HTMLCanvasElement;
  #palette: Palette;
  #scene: Scene = { units: [], incidents: [] };
  #frame = 0;
  #viewportTimer: ReturnType<typeof setTimeout> | undefined;
  #home: Bounds | null = null;

  constructor(container: HTMLElement, unitsCanvas: HTMLCanvasElement, labelsCanvas: HTMLCanvasElement, label: string, ports: MapPorts) {
    this.#ports = ports;
    this.#palette = readPalette();
    this.#unitsCanvas = unitsCanvas;
    this.#labelsCanvas = labelsCanvas;
    this.#units = UnitsOverlay.on(unitsCanvas);
    this.base = new BaseMap(container, this.#palette, label);
    const { map } = this.base;
    map.on("move", () => this.draw());
    map.on("resize", () => this.draw());
    map.on("moveend", () => this.#sayViewport());
    map.on("dragstart", () => ports.panned());
    map.on("movestart", ({ originalEvent }: { originalEvent?: unknown }) => {
      if (originalEvent instanceof KeyboardEvent && originalEvent.key.startsWith("Arrow")) ports.panned();
    });
    map.on("click", ({ point, lngLat }) => {
      const unit = nearest(this.#scene.units, point.x, point.y, REACH_PX);
      const at = nearest(
        this.#scene.incidents.map(({ incident, x, y }) => ({ incident, x, y: y - 12 })),
        point.x,
        point.y,
        REACH_PX * 1.5,
      );
      ports.clicked(lngLat.lat, lngLat.lng, unit, at?.incident ?? null);
    });
    map.on("mousemove", ({ point }) => ports.hovered(nearest(this.#scene.units, point.x, point.y, REACH_PX)));
    map.on("mouseout", () => ports.hovered(null));
    map.once("load", () => this.#sayViewport());
  }

  /** Draws the overlays with the next frame of the screen. */
  draw(): void {
    if (this.#frame !== 0 || document.hidden) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#drawNow();
    });
  }

  repaint(): void {
    this.#palette = readPalette();
    void this.base.paint(this.#palette);
    this.draw();
  }

  async setBoundaries(geojson: readonly string[]): Promise<void> {
    const first = this.#home === null;
    this.#home = (await this.base.setBoundaries(geojson)) ?? this.#home;
    if (first) this.home();
  }

  /** Shows everything there is a boundary for. */
  home(): void {
    if (this.#home) this.base.fit(this.#home);
  }

  /** Brings a place into sight, if it is not comfortably there already. */
  show(latE7: number, lonE7: number): void {
    const { map } = this.base;
    const { x, y } = map.project([lonE7 / E7, latE7 / E7]);
    const { clientWidth, clientHeight } = map.getContainer();
    const inside = x > 40 && y > 40 && x < clientWidth - 40 && y < clientHeight - 40;
    if (!inside) map.jumpTo({ center: [lonE7 / E7, latE7 / E7], zoom: Math.max(map.getZoom(), 12) });
  }

  remove(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#viewportTimer);
    this.base.map.remove();
  }

  #drawNow(): void {
    const followed = this.#ports.followed();
    if (followed !== "") {
      const fix = this.#ports.picture.units.untracked.get(followed)?.fix;
      const { lng, lat } = this.base.map.getCenter();
      if (fix && (Math.abs(lng - fix.lonE7 / E7) > 1e-6 || Math.abs(lat - fix.latE7 / E7) > 1e-6)) {
        this.base.map.jumpTo({ center: [fix.lonE7 / E7, fix.latE7 / E7] });
      }
    }
    const camera = this.base.camera;
    const density = Math.min(2, window.devicePixelRatio || 1);
    for (const canvas of [this.#unitsCanvas, this.#labelsCanvas]) {
      const width = Math.round(camera.width * density);
      const height = Math.round(camera.height * density);
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
      }
    }
    const now = this.#ports.serverNow();
    this.#scene = buildScene(this.#ports.picture, camera, now);
    this.#units?.draw(this.#scene.units, this.#palette, camera.width, camera.height, density);
    drawLabels(this.#labelsCanvas, this.#scene, this.#palette, this.#ports.selection(), now, density);
  }

  #sayViewport(): void {
    clearTimeout(this.#viewportTimer);
    this.#viewportTimer = setTimeout(() => {
      const bounds = this.base.map.getBounds();
      const e7 = (degrees: number, limit: number) => Math.round(Math.max(-limit, Math.min(limit, degrees)) * E7);
      this.#ports.viewport(
        create(ViewportSchema, {
          southE7: e7(bounds.getSouth(), 90),
          westE7: e7(bounds.getWest(), 180),
          northE7: e7(bounds.getNorth(), 90),
          eastE7: e7(bounds.getEast(), 180),
        }),
      );
    }, VIEWPORT_AFTER_MS);
  }
}
