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
