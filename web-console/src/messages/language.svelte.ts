// The language on screen: the browser's by default, switched at any time without losing what was typed or selected.
import { en } from "./en";
import { type MessageKey, zh } from "./zh";

export type LanguageCode = "zh" | "en";
const KEY = "oneroom.language";
const MESSAGES = { zh, en };

/** Values for the places in a message. */
export type Values = Record<string, string | number>;

/** Puts values where {name} stands; a missing value leaves its place visible. */
export function fill(template: string, values: Values): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

class Language {
  code: LanguageCode = $state("zh");

  /** Takes the saved choice, else the browser's language. */
  start(storage: Storage, browser: string): void {
    const saved = storage.getItem(KEY);
    this.#set(saved === "zh" || saved === "en" ? saved : browser.toLowerCase().startsWith("zh") ? "zh" : "en");
  }

  toggle(storage: Storage): void {
    this.#set(this.code === "zh" ? "en" : "zh");
    storage.setItem(KEY, this.code);
  }

  #set(code: LanguageCode): void {
    this.code = code;
    if (typeof document !== "undefined") document.documentElement.lang = code === "zh" ? "zh-CN" : "en";
  }
}

export const language = new Language();

/** The message in the current language. */
export function t(key: MessageKey, values: Values = {}): string {
  return fill(MESSAGES[language.code][key], values);
}

/** The message if there is one under this key, else null. */
export function tMaybe(key: string, values: Values = {}): string | null {
  return key in zh ? t(key as MessageKey, values) : null;
}
