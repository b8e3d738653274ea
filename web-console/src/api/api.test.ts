// Refusals read by kind, field and holder; the token leaves the address; retries keep to unanswered calls.
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, it, vi } from "vitest";
import { BadRequestSchema, ErrorInfoSchema } from "../gen/google/rpc/error_details_pb";
import { isWorthRetrying, refusal } from "./errors";
import { newRequestId, untilAnswered } from "./retry";
import { TokenKeeper } from "./token";

it("reads wrong fields from the details", () => {
  const details = [{ desc: BadRequestSchema, value: { fieldViolations: [{ field: "position.lat_e7", description: "expected -90 to 90 degrees" }] } }];
  const refused = refusal(new ConnectError("no", Code.InvalidArgument, undefined, details));
  expect(refused).toMatchObject({ key: "error_invalid", fields: { "position.lat_e7": "expected -90 to 90 degrees" } });
});

it("reads a wrong field from the message when there are no details", () => {
  expect(refusal(new ConnectError("address: at most 500 characters", Code.InvalidArgument)).fields).toEqual({ address: "at most 500 characters" });
});

it("reads who holds what was wanted", () => {
  const details = [{ desc: ErrorInfoSchema, value: { reason: "LOST_RACE", domain: "oneroom", metadata: { unit: "A12", holder: "2041" } } }];
  expect(refusal(new ConnectError("held", Code.Aborted, undefined, details))).toMatchObject({ key: "error_lost_race", holder: "2041" });
});

it("takes a dead network for unavailable, which is worth retrying; refusals are not", () => {
  const offline = refusal(new ConnectError("failed to fetch", Code.Unknown, undefined, undefined, new TypeError("failed to fetch")));
  expect([offline.code, isWorthRetrying(offline)]).toEqual([Code.Unavailable, true]);
  const final = [Code.InvalidArgument, Code.FailedPrecondition, Code.Aborted, Code.AlreadyExists, Code.NotFound, Code.PermissionDenied, Code.Unauthenticated];
  expect(final.map((code) => isWorthRetrying(refusal(new ConnectError("", code))))).toEqual(final.map(() => false));
});

it("tries an unanswered call three times, a refused one once", async () => {
  vi.useFakeTimers();
  const never = vi.fn(() => Promise.reject(new ConnectError("", Code.Unavailable)));
  const unanswered = expect(untilAnswered(never)).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(5000);
  await unanswered;
  const no = vi.fn(() => Promise.reject(new ConnectError("", Code.NotFound)));
  await expect(untilAnswered(no)).rejects.toThrow();
  expect([never.mock.calls.length, no.mock.calls.length]).toEqual([3, 1]);
  vi.useRealTimers();
});

it("makes request ids that are UUIDs of version 4, with and without a secure context", () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(newRequestId()).toMatch(uuid);
  vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array) => bytes.fill(0xff) });
  expect(newRequestId()).toMatch(uuid);
  vi.unstubAllGlobals();
});

it("takes the token out of the address", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) } as unknown as Storage;
  const keeper = new TokenKeeper(storage, "key");
  const replaceState = vi.fn();
  keeper.takeFromAddress({ hash: "#token=a%2Bb", pathname: "/unit", search: "" } as Location, { replaceState } as unknown as History);
  expect(keeper.get()).toBe("a+b");
  expect(replaceState).toHaveBeenCalledWith(null, "", "/unit");
});
