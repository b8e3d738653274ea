// The server's clock: no frame comes from the future, drift is taken out, and a demo's pace is followed.
import { describe, expect, it } from "vitest";
import { ServerClock } from "./clock.svelte";

/** A clock whose monotonic time the test moves; the server says 1,000,000 at its beginning. */
function started(pace?: number) {
  let at = 0;
  const clock = new ServerClock(() => at);
  at = 20;
  clock.calibrate(1_000_000, 0, pace);
  return { clock, pass: (ms: number) => (at += ms) };
}

describe("at the wall's pace", () => {
  it("counts on from the middle of the round trip", () => {
    const { clock, pass } = started();
    expect(clock.exact()).toBe(1_000_010);
    pass(500);
    expect(clock.exact()).toBe(1_000_510);
    expect(clock.pace).toBe(1);
  });

  it("lets no heartbeat come from the future, and says how long one was under way", () => {
    const { clock, pass } = started();
    pass(1000);
    clock.heartbeat(1_001_050);
    expect(clock.exact()).toBe(1_001_050);
    pass(1000);
    clock.heartbeat(1_002_030);
    expect(clock.delayMs).toBe(20);
    expect(clock.exact()).toBe(1_002_050);
  });

  it("takes out what the local clock runs ahead over 60 heartbeats", () => {
    const { clock, pass } = started();
    // The local clock gains a tenth of a millisecond a second.
    for (let beat = 1; beat <= 60; beat += 1) {
      pass(1000.1);
      clock.heartbeat(1_000_000 + beat * 1000);
    }
    expect(clock.exact() - 1_060_000).toBeCloseTo(16 - 0.1, 0);
    expect(clock.exact() - 1_060_000).toBeLessThan(16.01);
  });
});

describe("in a demo", () => {
  it("runs ten times as fast from the answer to hello on", () => {
    const { clock, pass } = started(10);
    expect(clock.exact()).toBe(1_000_100);
    pass(250);
    clock.tick();
    expect(clock.nowMs).toBe(1_002_600);
  });

  it("counts a new pace from the heartbeat that brings it", () => {
    const { clock, pass } = started();
    pass(1000);
    clock.heartbeat(1_001_000, 10);
    expect([clock.pace, clock.exact()]).toEqual([10, 1_001_000]);
    pass(100);
    expect(clock.exact()).toBe(1_002_000);
    clock.heartbeat(1_002_500, 10);
    expect(clock.exact()).toBe(1_002_500);
    pass(10);
    clock.heartbeat(1_002_550, 10);
    expect([clock.exact(), clock.delayMs]).toEqual([1_002_600, 5]);
  });

  it("stands still while it is paused and goes on where it stood", () => {
    const { clock, pass } = started(10);
    pass(100);
    clock.heartbeat(1_001_000, 0);
    pass(60_000);
    clock.heartbeat(1_001_000, 0);
    expect([clock.pace, clock.exact()]).toEqual([0, 1_001_000]);
    pass(500);
    clock.heartbeat(1_001_000);
    pass(500);
    expect([clock.pace, clock.exact()]).toEqual([1, 1_001_500]);
  });
});
