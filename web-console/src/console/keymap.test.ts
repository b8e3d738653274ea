// Shortcuts: which keys do what, and where they are silent.
import { expect, it } from "vitest";
import { actionOf, DEFAULT_KEYS, type KeyPress, readKeymap } from "./keymap";

const press = (key: string, over: Partial<KeyPress> = {}): KeyPress => ({ key, isComposing: false, keyCode: 0, ctrlKey: false, altKey: false, metaKey: false, ...over });

it("leads to panes and forms", () => {
  expect(["F2", "F3", "F4", "F5", "F6", "n", "N", "/", "x"].map((key) => actionOf(press(key), "elsewhere", DEFAULT_KEYS))).toEqual([
    "focus_pending",
    "focus_map",
    "focus_recommended",
    "focus_active",
    "focus_units",
    "new_incident",
    "new_incident",
    "focus_command",
    null,
  ]);
});

it("is silent in text fields, while an input method composes, and with modifiers", () => {
  expect(["n", "F2", "?"].map((key) => actionOf(press(key), "text_field", DEFAULT_KEYS))).toEqual([null, null, null]);
  expect(actionOf(press("n"), "command_line", DEFAULT_KEYS)).toBeNull();
  expect(actionOf(press("F2"), "command_line", DEFAULT_KEYS)).toBe("focus_pending");
  expect(actionOf(press("F2", { isComposing: true }), "command_line", DEFAULT_KEYS)).toBeNull();
  expect(actionOf(press("n", { keyCode: 229 }), "elsewhere", DEFAULT_KEYS)).toBeNull();
  expect(actionOf(press("n", { ctrlKey: true }), "elsewhere", DEFAULT_KEYS)).toBeNull();
});

it("takes other keys from the browser's storage, and the defaults when that is unreadable", () => {
  expect(readKeymap({ getItem: () => '{"focus_pending":"F8","help":3}' })).toEqual({ ...DEFAULT_KEYS, focus_pending: "F8" });
  expect(readKeymap({ getItem: () => "{" })).toEqual(DEFAULT_KEYS);
});
