// The outbox: kept first, sent in order, until answered, once.
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, expect, it, vi } from "vitest";
import { AssignmentState } from "../gen/oneroom/v1alpha1/assignment_pb";
import { ReceiptSchema } from "../gen/oneroom/v1alpha1/receipt_pb";
import { assignment, incident, unit } from "../store/frames.testing";
import { Outbox, type OutboxPorts } from "./outbox.svelte";
import { nextStep, tappedState } from "./steps";
import type { Tap } from "./tap";
import { TapStore } from "./tap_store";

const acknowledge = { kind: "acknowledge", assignmentId: "x" } as const;
const setOut = { kind: "mark_en_route", assignmentId: "x" } as const;
const receipt = (seq: number) => create(ReceiptSchema, { logId: "610824", seq: BigInt(seq) });
let sent: Tap[];

function outboxWith(over: Partial<OutboxPorts> & Pick<OutboxPorts, "send">): Outbox {
  return new Outbox({ store: new TapStore(), nowMs: () => 1234.5, alone: (run) => run(), sleep: () => Promise.resolve(), signedOut: () => undefined, ...over });
}
const answering = async (tap: Tap) => {
  sent.push(tap);
  return receipt(sent.length);
};

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  sent = [];
});

it("has a tap on the disk, written through, before it is sent", async () => {
  const strict = vi.spyOn(IDBDatabase.prototype, "transaction");
  const kept: number[] = [];
  const store = new TapStore();
  const outbox = outboxWith({
    store,
    send: async (tap) => {
      kept.push((await store.all()).length);
      return answering(tap);
    },
  });
  await outbox.tap("610824", acknowledge);
  await outbox.idle();
  expect(kept).toEqual([1]);
  const writes = strict.mock.calls.filter(([, mode]) => mode === "readwrite");
  expect(writes.map(([, , options]) => options)).toEqual([{ durability: "strict" }, { durability: "strict" }]);
  expect(sent[0]).toMatchObject({ logId: "610824", occurredAtMs: 1235, body: acknowledge });
  expect(await store.all()).toEqual([]);
});

it("survives a closed tab: the next start sends what was kept, with the same request id and time, in order", async () => {
  const offline = outboxWith({ send: () => Promise.reject(new ConnectError("no network", Code.Unavailable)), sleep: () => new Promise(() => undefined) });
  const first = await offline.tap("610824", acknowledge);
  await offline.tap("610824", setOut);
  const reopened = outboxWith({ send: answering });
  await reopened.start();
  await reopened.idle();
  expect(sent.map(({ body }) => body.kind)).toEqual(["acknowledge", "mark_en_route"]);
  expect(sent[0]).toMatchObject({ requestId: first.requestId, occurredAtMs: first.occurredAtMs });
  const again = outboxWith({ send: answering });
  await again.start();
  await again.idle();
  expect(sent.length).toBe(2);
});

it("tries until it is answered, with one request id", async () => {
  const tries: string[] = [];
  const outbox = outboxWith({
    send: async (tap) => {
      tries.push(tap.requestId);
      if (tries.length < 4) throw new ConnectError("", [Code.Unavailable, Code.DeadlineExceeded, Code.Internal][tries.length - 1]!);
      return receipt(1);
    },
  });
  await outbox.tap("610824", acknowledge);
  await outbox.idle();
  expect(tries.length).toBe(4);
  expect(new Set(tries).size).toBe(1);
  expect(outbox.stuck).toBe(false);
});

it("shows a refusal and goes on with the next tap", async () => {
  const outbox = outboxWith({
    send: async (tap) => {
      if (tap.body.kind === "acknowledge") throw new ConnectError("already recalled", Code.FailedPrecondition);
      return answering(tap);
    },
  });
  await outbox.tap("610824", acknowledge);
  await outbox.tap("610824", setOut);
  await outbox.idle();
  expect(outbox.refused?.tap.body.kind).toBe("acknowledge");
  expect(outbox.refused?.refusal.detail).toBe("already recalled");
  expect(sent.map(({ body }) => body.kind)).toEqual(["mark_en_route"]);
  expect(outbox.waiting).toEqual([]);
});

it("does not let one tap that the server fails on hold up the others for ever", async () => {
  let tries = 0;
  const outbox = outboxWith({
    send: async (tap) => {
      if (tap.body.kind !== "acknowledge") return answering(tap);
      tries += 1;
      throw new ConnectError("fault", Code.Internal);
    },
  });
  await outbox.tap("610824", acknowledge);
  await outbox.tap("610824", setOut);
  await outbox.idle();
  expect(tries).toBe(8);
  expect(outbox.refused?.refusal.detail).toBe("fault");
  expect(sent.length).toBe(1);
});

it("keeps everything when the token is refused", async () => {
  const signedOut = vi.fn();
  const outbox = outboxWith({ send: () => Promise.reject(new ConnectError("", Code.Unauthenticated)), signedOut });
  await outbox.tap("610824", acknowledge);
  await outbox.idle();
  expect(signedOut).toHaveBeenCalledOnce();
  expect(outbox.waiting.length).toBe(1);
});

it("keeps an answered tap in mind until the stream shows it, so that the button does not fall back", async () => {
  const outbox = outboxWith({ send: async () => receipt(42) });
  await outbox.tap("610824", acknowledge);
  await outbox.idle();
  const order = assignment("x", incident(1), unit("A12"), AssignmentState.SEEN);
  expect(nextStep(tappedState(order, outbox.unseen))).toBe("mark_en_route");
  outbox.caughtUp(new Map([["610824", { seq: 41n }]]));
  expect(outbox.unseen.length).toBe(1);
  outbox.caughtUp(new Map([["610824", { seq: 42n }]]));
  expect(outbox.unseen).toEqual([]);
});

it("leads from 签收 to 反馈, and never back", () => {
  const states = [AssignmentState.OFFERED, AssignmentState.ACKNOWLEDGED, AssignmentState.EN_ROUTE, AssignmentState.ON_SCENE, AssignmentState.CLEARED];
  expect(states.map(nextStep)).toEqual(["acknowledge", "mark_en_route", "mark_on_scene", "clear", null]);
  const onScene = assignment("x", incident(1), unit("A12"), AssignmentState.ON_SCENE);
  expect(tappedState(onScene, [{ requestId: "r", logId: "l", occurredAtMs: 0, body: acknowledge }])).toBe(AssignmentState.ON_SCENE);
});
