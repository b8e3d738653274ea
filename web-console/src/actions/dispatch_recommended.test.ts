// Sending a recommendation: never on one older than 10 s, never another unit than the one on screen.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { beforeEach, expect, it } from "vitest";
import type { Api } from "../api/clients";
import type { Console, Notice } from "../console/console.svelte";
import { Recommendation } from "../console/recommendation.svelte";
import { refusal } from "../api/errors";
import { RankedUnitSchema } from "../gen/oneroom/v1alpha1/ranking_pb";
import { asIncident, incident, snapshot } from "../store/frames.testing";
import { Picture } from "../store/picture.svelte";
import { dispatchRanked, dispatchTop } from "./dispatch_recommended";

const robbery = incident(2041, { priority: 1 });
let nowMs: number;
let ranking: string[];
let asked: number;
let ordered: string[][];
let refuse: ConnectError | null;
let notice: Notice | null;
let room: Console;

beforeEach(() => {
  nowMs = 1_000_000;
  ranking = ["A12", "B07"];
  asked = 0;
  ordered = [];
  refuse = null;
  notice = null;
  const dispatch = {
    recommendUnits: async () => {
      asked += 1;
      const recommended = ranking.map((callSign, i) => create(RankedUnitSchema, { unitId: `unit-${callSign}`, callSign, rank: i + 1, travelMs: 130_000n }));
      return { recommended, notEligible: [], computedAt: timestampFromMs(nowMs) };
    },
    assignUnits: async (request: { orders: { unitId: string }[]; expectedRevision: bigint }) => {
      if (refuse) throw refuse;
      ordered.push(request.orders.map(({ unitId }) => unitId));
      return {};
    },
  };
  const api = { dispatch } as unknown as Api;
  const picture = new Picture();
  picture.apply(snapshot(1, [asIncident(robbery)]), 0);
  const say: Console["say"] = (tone, key, values = {}) => void (notice = { tone, key, values });
  const sayRefusal = (thrown: unknown) => {
    const refused = refusal(thrown);
    say("problem", refused.key, { detail: refused.detail });
    return refused;
  };
  room = { api, store: { picture }, recommendation: new Recommendation(api, () => nowMs), say, sayRefusal } as unknown as Console;
});

it("sends the top at once when it is fresh", async () => {
  await room.recommendation.load(robbery);
  nowMs += 10_000;
  expect(await dispatchTop(room, robbery)).toBe(true);
  expect([asked, ordered]).toEqual([1, [["unit-A12"]]]);
  expect(notice).toMatchObject({ tone: "done", key: "done_assigned_eta", values: { units: "A12", number: 2041, eta: "2:10" } });
});

it("works an old ranking out again, and sends when the same unit is on top", async () => {
  await room.recommendation.load(robbery);
  nowMs += 10_001;
  expect(await dispatchTop(room, robbery)).toBe(true);
  expect([asked, ordered]).toEqual([2, [["unit-A12"]]]);
});

it("sends nothing when another unit came out on top; the next press does", async () => {
  await room.recommendation.load(robbery);
  nowMs += 20_000;
  ranking = ["B07"];
  expect(await dispatchTop(room, robbery)).toBe(false);
  expect(ordered).toEqual([]);
  expect(notice).toMatchObject({ tone: "problem", key: "recommend_changed", values: { call_sign: "B07" } });
  expect(await dispatchTop(room, robbery)).toBe(true);
  expect(ordered).toEqual([["unit-B07"]]);
});

it("asks first when nothing was asked for this incident: two keys are enough", async () => {
  expect(await dispatchTop(room, robbery)).toBe(true);
  expect([asked, ordered]).toEqual([1, [["unit-A12"]]]);
});

it("says so when nobody is eligible", async () => {
  ranking = [];
  expect(await dispatchTop(room, robbery)).toBe(false);
  expect(notice?.key).toBe("recommend_nobody");
});

it("does not send a chosen unit that a fresh ranking no longer has", async () => {
  await room.recommendation.load(robbery);
  nowMs += 20_000;
  ranking = ["A12"];
  expect(await dispatchRanked(room, robbery, "unit-B07", "B07")).toBe(false);
  expect(notice?.key).toBe("recommend_gone");
});

it("explains a lost race", async () => {
  refuse = new ConnectError("A12 is held by incident 2043: somebody was faster, choose another unit", Code.Aborted);
  expect(await dispatchTop(room, robbery)).toBe(false);
  expect(notice).toMatchObject({ tone: "problem", key: "error_lost_race" });
});
