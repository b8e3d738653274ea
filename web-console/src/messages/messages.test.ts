// Both languages say everything, with the same places for values; a switch keeps what is written.
import { expect, it } from "vitest";
import { en } from "./en";
import { fill, language, t } from "./language.svelte";
import { zh } from "./zh";

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();

it("has the same keys in both languages, and no empty message", () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  expect([...Object.entries(en), ...Object.entries(zh)].filter(([, text]) => text.trim() === "")).toEqual([]);
});

it("uses no value in one language that the other lacks, except where it says nothing there", () => {
  const differing = Object.keys(zh).filter((key) => {
    const [inZh, inEn] = [places(zh[key as keyof typeof zh]), places(en[key as keyof typeof zh])];
    return inZh.join() !== inEn.join();
  });
  expect(differing).toEqual([]);
});

it("fills values and leaves a missing one visible", () => {
  expect(fill("{n} of {all}", { n: 1 })).toBe("1 of {all}");
});

it("starts with the browser's language, keeps a choice", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) } as unknown as Storage;
  language.start(storage, "en-GB");
  expect(t("live")).toBe("LIVE");
  language.toggle(storage);
  expect(t("live")).toBe("实时");
  language.start(storage, "en-GB");
  expect(language.code).toBe("zh");
});

/** Prefixes of keys that are put together from a code of the API or of the page: every key under them counts as used. */
const BY_CODE = ["event_", "reason_", "lending_", "role_", "kind_", "team_", "filter_"];

it("has a message for every key the pages ask for, and no message that no page asks for", () => {
  const sources = Object.entries(import.meta.glob("../**/*.{ts,svelte}", { query: "?raw", import: "default", eager: true }))
    .filter(([path]) => !/^\.\/|\/gen\/|\.test\.ts$|\.testing\.ts$/.test(path))
    .map(([, source]) => String(source));
  expect(sources.length).toBeGreaterThan(80);
  const asked = new Set<string>();
  const words = new Set<string>();
  const prefixes = new Set<string>();
  for (const source of sources) {
    for (const found of source.matchAll(/\b(?:t|tMaybe)\(\s*"(\w+)"/g)) asked.add(found[1]!);
    for (const found of source.matchAll(/["'](\w+)["']/g)) words.add(found[1]!);
    for (const found of source.matchAll(/`(\w+_)\$\{/g)) prefixes.add(found[1]!);
  }
  expect([...asked].filter((key) => !(key in zh))).toEqual([]);
  expect(BY_CODE.filter((prefix) => !prefixes.has(prefix))).toEqual([]);
  expect(Object.keys(zh).filter((key) => !words.has(key) && !BY_CODE.some((prefix) => key.startsWith(prefix)))).toEqual([]);
});
