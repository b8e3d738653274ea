// The stream's life: hello, silence, gaps, resume.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ViewportSchema, WatchClientFrameSchema, type WatchResponse, WatchResponseSchema } from "../gen/oneroom/v1alpha1/watch_service_pb";
import { backoffMs } from "./backoff";
import { type Socket, STALE_AFTER_MS } from "./connection";
import { asIncident, delta, heartbeat, incident, LOG, resync, snapshot, welcome } from "./frames.testing";
import { WindowStore } from "./window_store.svelte";

class FakeSocket implements Socket {
  binaryType = "";
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  sent: Uint8Array[] = [];
  closed = false;
  send(data: Uint8Array): void {
    this.sent.push(data);
  }
  close(): void {
    this.closed = true;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  says(...frames: WatchResponse[]): void {
    for (const frame of frames) this.onmessage?.({ data: toBinary(WatchResponseSchema, frame).slice().buffer });
  }
  get said() {
    return this.sent.map((data) => fromBinary(WatchClientFrameSchema, data).frame);
  }
}

let sockets: FakeSocket[];
let store: WindowStore;
let tokenIsGood: boolean;
const last = () => sockets.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date"] });
  sockets = [];
  tokenIsGood = true;
  store = new WindowStore({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    token: () => "secret",
    tokenIsGood: () => Promise.resolve(tokenIsGood),
    monotonic: () => performance.now(),
  });
  store.start();
});
afterEach(() => {
  store.stop();
  vi.useRealTimers();
});

it("says hello with the token, grants credit, and is live with the first heartbeat", () => {
  last().opens();
  expect(last().said[0]).toMatchObject({ case: "hello", value: { token: "secret", resume: [] } });
  expect(store.link).toBe("connecting");
  last().says(welcome(1_000_000), snapshot(5, [asIncident(incident(1))]), heartbeat(1_000_000));
  expect(store.link).toBe("live");
  expect(store.complete).toBe(true);
  expect(last().said.map((frame) => frame.case)).toEqual(["hello", "credit", "credit", "seen"]);
});

it("calls 3 s of silence stale although no close event fires, then gives the link up and resumes where it stands", async () => {
  last().opens();
  last().says(welcome(1_000_000), snapshot(5, []), delta(5, 6), heartbeat(1_000_000));
  await vi.advanceTimersByTimeAsync(STALE_AFTER_MS - 300);
  expect(store.link).toBe("live");
  await vi.advanceTimersByTimeAsync(600);
  expect(store.link).toBe("stale");
  await vi.advanceTimersByTimeAsync(6000);
  expect(sockets.length).toBe(2);
  expect(sockets[0]!.closed).toBe(true);
  last().opens();
  expect(last().said[0]).toMatchObject({ case: "hello", value: { resume: [{ logId: LOG, seq: 6n, hash: "h6" }] } });
  last().says(welcome(1_020_000), delta(6, 7, [asIncident(incident(1))]), heartbeat(1_020_000));
  expect(store.link).toBe("live");
  expect(store.picture.incidents.untracked.size).toBe(1);
});

it("resumes after a gap from the last good position", async () => {
  last().opens();
  last().says(welcome(0), snapshot(5, []), delta(7, 8, [asIncident(incident(1))]));
  expect(sockets[0]!.closed).toBe(true);
  expect(store.resumes).toBe(1);
  await vi.advanceTimersByTimeAsync(300);
  last().opens();
  expect(last().said[0]).toMatchObject({ value: { resume: [{ seq: 5n, hash: "h5" }] } });
});

it("asks for every fix, wherever the map looks, so that a unit off the map does not look silent", () => {
  last().opens();
  expect(last().said[0]).toMatchObject({ value: { viewport: { southE7: -900_000_000, eastE7: 1_800_000_000 } } });
  last().says(welcome(0), snapshot(5, []));
  store.setViewport(create(ViewportSchema, { northE7: 1 }));
  expect(last().said.filter((frame) => frame.case === "setViewport")).toEqual([]);
  expect(store.seesAllFixes).toBe(true);
});

it("takes the new snapshot that a resync announces on the same connection", () => {
  last().opens();
  last().says(welcome(0), snapshot(5, [asIncident(incident(1))]), resync(LOG));
  expect(store.picture.logs.size).toBe(0);
  last().says(snapshot(50, [asIncident(incident(2))]), delta(50, 51));
  expect(sockets.length).toBe(1);
  expect([...store.picture.incidents.untracked.values()].map((row) => row.image.number)).toEqual([2]);
});

it("stops when the token is refused, and goes on trying when only the network is down", async () => {
  last().onclose?.({ code: 1006, reason: "" });
  await vi.advanceTimersByTimeAsync(1000);
  expect(sockets.length).toBe(2);
  tokenIsGood = false;
  last().onclose?.({ code: 1006, reason: "" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sockets.length).toBe(2);
});

it("does not call old heads live", () => {
  last().opens();
  last().says(welcome(0), heartbeat(0, 6000));
  expect(store.oldHeads).toEqual([LOG]);
});

it("keeps the server's time through a delayed frame, and counts the delay", async () => {
  last().opens();
  last().says(welcome(1_000_000));
  await vi.advanceTimersByTimeAsync(1000);
  last().says(heartbeat(1_000_700));
  expect(store.clock.exact()).toBeCloseTo(1_001_000, 0);
  expect(store.clock.delayMs).toBeCloseTo(300, 0);
  await vi.advanceTimersByTimeAsync(1000);
  last().says(heartbeat(1_002_500));
  expect(store.clock.exact()).toBeCloseTo(1_002_500, 0);
});

it("waits longer each time, at most 10 s, never less than half", () => {
  expect([0, 1, 2, 20].map((attempt) => backoffMs(attempt, () => 1))).toEqual([250, 500, 1000, 10_000]);
  expect(backoffMs(20, () => 0)).toBe(5000);
});
