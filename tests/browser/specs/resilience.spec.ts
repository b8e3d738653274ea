// When the network fails: behaviours 26 and 27.
import { expect, test } from "@playwright/test";
import { CALL, closeWindows, operatorOpens, useRoom } from "../driver/room";
import { StreamTap } from "../driver/stream_tap";

const room = useRoom(14);
test.afterEach(closeWindows);

test("26 · silence shows STALE even when no close event fires, and commands still go out", async ({ browser }) => {
  let stream!: StreamTap;
  // The call and the excuse that comes with it are both there when the console opens, before the silence.
  const call = await room().call(CALL.fight);
  const console = await operatorOpens(room(), browser, {}, async ({ page }) => {
    stream = await StreamTap.into(page);
  });
  await expect(console.pendingRow(call.number)).toBeVisible();
  await expect(console.page.getByTestId("stale-banner")).toHaveCount(0);

  stream.fallSilent();

  await expect(console.link).toHaveAttribute("data-state", "stale");
  await expect(console.link).toContainText("STALE");
  await expect(console.page.getByTestId("stale-banner")).toContainText(/Stale for \d+ s/);
  await expect(console.page).toHaveTitle(/^✕/);
  // The connection was not closed: it is the silence that is shown.
  expect(stream.connections).toHaveLength(1);
  const [top] = await room().candidates(call);
  await console.types(`D ${call.number} ${top!.callSign}`);
  await expect(console.answer).toHaveAttribute("data-tone", "done");

  stream.speakAgain();
  await console.isLive();
  await expect(console.page.getByTestId("stale-banner")).toHaveCount(0);
  await console.isDispatched(call.number, top!.callSign);
});

test("27 · a reconnect resumes where the window stood: no loss, no double, no new snapshot", async ({ browser }) => {
  let stream!: StreamTap;
  const console = await operatorOpens(room(), browser, {}, async ({ page }) => {
    stream = await StreamTap.into(page);
  });
  const before = await room().call(CALL.theft);
  await expect(console.pendingRow(before.number)).toBeVisible();

  await stream.cut();
  const missed = [await room().call(CALL.theft), await room().call(CALL.theft)];
  await room().sendsBest(before);
  stream.mend();

  for (const { number } of missed) await expect(console.pendingRow(number)).toHaveCount(1);
  await expect(console.activeRow(before.number)).toHaveCount(1);
  await expect(console.pendingRow(before.number)).toHaveCount(0);
  await console.isLive();

  const [first, last] = [stream.connections[0]!, stream.connections.at(-1)!];
  expect(last).not.toBe(first);
  const hello = last.byPage[0]!;
  expect(hello.case).toBe("hello");
  const resume = hello.case === "hello" ? hello.value.resume : [];
  expect(resume).toHaveLength(1);
  expect(last.byServer.filter((frame) => frame.case === "snapshot")).toHaveLength(0);
  // Every change joins the one before it: nothing left out, nothing sent twice.
  let at = resume[0]!.seq;
  for (const frame of last.byServer) {
    if (frame.case === "delta") {
      expect(frame.value.prevSeq).toBe(at);
      at = frame.value.seq;
    } else if (frame.case === "advance") {
      expect(frame.value.prevSeq).toBe(at);
      at = frame.value.throughSeq;
    }
  }
  expect(at).toBeGreaterThan(resume[0]!.seq);
});
