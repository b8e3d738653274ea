// Keys and what they do. They can be changed in the browser's storage: oneroom.keys = {"focus_pending": "F8"}.
import type { Pane } from "./console.svelte";

export type KeyAction = "focus_pending" | "focus_map" | "focus_recommended" | "focus_active" | "focus_units" | "focus_alarms" | "focus_command" | "new_incident" | "shifts" | "wartime" | "undo" | "help";
export type Keymap = Record<KeyAction, string>;

export const DEFAULT_KEYS: Keymap = {
  focus_pending: "F2",
  focus_map: "F3",
  focus_recommended: "F4",
  focus_active: "F5",
  focus_units: "F6",
  focus_alarms: "a",
  focus_command: "/",
  new_incident: "n",
  shifts: "j",
  wartime: "w",
  undo: "z",
  help: "?",
};
const STORAGE_KEY = "oneroom.keys";

/** The pane an action leads to; null for actions that open something. */
export function paneOf(action: KeyAction): Pane | null {
  return action.startsWith("focus_") ? (action.slice("focus_".length) as Pane) : null;
}

/** The defaults with what the browser's storage changes; anything unreadable there is left out. */
export function readKeymap(storage: Pick<Storage, "getItem">): Keymap {
  const keymap = { ...DEFAULT_KEYS };
  try {
    const saved = JSON.parse(storage.getItem(STORAGE_KEY) ?? "{}") as Record<string, unknown>;
    for (const action of Object.keys(keymap) as KeyAction[]) {
      const key = saved[action];
      if (typeof key === "string" && key !== "") keymap[action] = key;
    }
  } catch {
    return { ...DEFAULT_KEYS };
  }
  return keymap;
}

/** The part of a keyboard event that decides. */
export interface KeyPress {
  key: string;
  isComposing: boolean;
  keyCode: number;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** Where the key was pressed. */
export type KeyPlace = "text_field" | "command_line" | "elsewhere";

/** The keyCode browsers report for keys that an input method takes. */
const INPUT_METHOD = 229;

/**
 * The action of a key press, or null. Text fields get no shortcuts; the command line only function keys, because it is where a
 * keyboard operator lives; an input method that is composing gets every key.
 */
export function actionOf(press: KeyPress, place: KeyPlace, keymap: Keymap): KeyAction | null {
  if (press.isComposing || press.keyCode === INPUT_METHOD || press.ctrlKey || press.altKey || press.metaKey) return null;
  if (place === "text_field") return null;
  if (place === "command_line" && !/^F\d+$/.test(press.key)) return null;
  const same = (key: string) => key.toLowerCase() === press.key.toLowerCase();
  return (Object.keys(keymap) as KeyAction[]).find((action) => same(keymap[action])) ?? null;
}
