// Words for taps.
import { t } from "../messages/language.svelte";
import type { MessageKey } from "../messages/zh";
import type { TapKind } from "./tap";

const WORDS: Record<TapKind, MessageKey> = {
  sign_on: "unit_sign_on",
  sign_off: "unit_sign_off",
  set_availability: "pane_units",
  mark_delivered: "state_delivered",
  mark_seen: "state_seen",
  acknowledge: "unit_next_acknowledge",
  decline: "unit_decline",
  mark_en_route: "unit_next_en_route",
  mark_on_scene: "unit_next_on_scene",
  clear: "unit_next_clear",
  confirm_safe: "safe_confirm",
  raise_emergency: "unit_emergency",
};

export const tapWord = (kind: TapKind) => t(WORDS[kind]);
