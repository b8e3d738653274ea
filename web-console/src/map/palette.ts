// The theme's colours as the canvases need them.
import type { Tone } from "../shared/marks";

export type Rgb = readonly [number, number, number];

export interface Palette {
  css: Record<"ground" | "surface" | "text" | "soft" | "move" | "look" | "alert" | "alertFill" | "onFill" | "mapGround" | "mapFill" | "mapLine" | "mapLineStrong" | "focus", string>;
  tone: Record<Tone, Rgb>;
  outline: Rgb;
}

/** Reads the theme's custom properties. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const get = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const css = {
    ground: get("ground"),
    surface: get("surface"),
    text: get("text"),
    soft: get("text-soft"),
    move: get("move"),
    look: get("look"),
    alert: get("alert"),
    alertFill: get("alert-fill"),
    onFill: get("on-fill"),
    mapGround: get("map-ground"),
    mapFill: get("map-fill"),
    mapLine: get("map-line"),
    mapLineStrong: get("map-line-strong"),
    focus: get("focus"),
  };
  return {
    css,
    tone: { calm: rgb(css.text), move: rgb(css.move), look: rgb(css.look), alert: rgb(css.alert), faint: rgb(css.soft) },
    outline: rgb(css.mapGround),
  };
}

/** Reads #rrggbb as parts from 0 to 1. */
export function rgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}
