// Sending a command until it is answered: the request id makes a second delivery harmless.
import { backoffMs } from "../store/backoff";
import { isWorthRetrying, refusal } from "./errors";

const TRIES = 3;

/** Calls up to three times while no answer comes; a refusal is final. Throws what the last try threw. */
export async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (thrown) {
      if (attempt + 1 >= TRIES || !isWorthRetrying(refusal(thrown))) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt)));
    }
  }
}

/** A new request id. */
export function newRequestId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  // Without a secure context (plain http on a network name) browsers hide randomUUID, not getRandomValues.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
