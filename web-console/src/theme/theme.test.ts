// Text reaches 7:1 on every surface it stands on, in both themes.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const css = readFileSync(new URL("./theme.css", import.meta.url), "utf8");
const themes = [...css.matchAll(/data-theme="(\w+)"\] \{([^}]+)\}/g)].map(([, name, body]) => {
  return { name: name!, colours: Object.fromEntries([...body!.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, key, value]) => [key!, value!])) };
});

/** Relative luminance by WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

const ON_SURFACES = ["text", "text-soft", "move", "look", "alert", "done"];
const SURFACES = ["ground", "surface", "raised", "selected"];
const FILLED = [["on-fill", "alert-fill"], ["on-fill", "look-fill"], ["action-text", "action"]];

it("finds both themes", () => expect(themes.map(({ name }) => name)).toEqual(["dark", "light"]));

it.each(themes)("$name: every text colour on every surface", ({ colours }) => {
  const pairs = [...ON_SURFACES.flatMap((text) => SURFACES.map((surface) => [text, surface])), ...FILLED];
  const low = pairs.map(([text, surface]) => [text, surface, contrast(colours[text!]!, colours[surface!]!)] as const).filter(([, , ratio]) => ratio < 7);
  expect(low).toEqual([]);
});
