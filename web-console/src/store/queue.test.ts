// The queue's order, its marks, and holding still.
import { expect, it } from "vitest";
import { incident } from "./frames.testing";
import { byPriorityThenAge, heldOrder, urgency } from "./queue";

it("sorts by priority, then age, then number", () => {
  const rows = [
    incident(4, { priority: 2, reportedMs: 10 }),
    incident(3, { priority: 1, reportedMs: 900 }),
    incident(2, { priority: 1, reportedMs: 100 }),
    incident(1, { priority: 2, reportedMs: 10 }),
  ];
  expect(rows.sort(byPriorityThenAge).map(({ number }) => number)).toEqual([2, 3, 1, 4]);
});

it("turns amber, then red, at the server's thresholds and not a millisecond earlier", () => {
  const row = incident(1, { reportedMs: 0 });
  expect([7_499, 7_500, 14_999, 15_000].map((now) => urgency(row, now))).toEqual(["normal", "amber", "amber", "red"]);
});

it("holds every row where it was: leavers stay, newcomers go below", () => {
  expect(heldOrder(["b", "c"], ["a", "c", "d"])).toEqual(["b", "c", "a", "d"]);
  expect(heldOrder(null, ["a", "c"])).toEqual(["a", "c"]);
});
