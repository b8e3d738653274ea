// The pending queue: behaviours 7 to 11.
import { expect, test } from "@playwright/test";
import { CALL, closeWindows, operatorOpens, useRoom } from "../driver/room";

const room = useRoom(12);
test.afterEach(closeWindows);

test("7 · two keys from a new call to its top recommendation dispatched", async ({ browser }) => {
  // The call and the excuse that comes with it are both there when the console opens: what is sent against an older state is refused.
  const call = await room().call(CALL.fight);
  const console = await operatorOpens(room(), browser);
  await expect(console.pendingRow(call.number)).toBeVisible();

  await console.press("F2", "Enter");

  await expect(console.answer).toHaveAttribute("data-tone", "done");
  const sent = new RegExp(`(\\S+) sent to ${call.number}`).exec((await console.answer.textContent())!)![1]!;
  await console.isDispatched(call.number, sent);
  // The record holds the ranking as it was: it was the first of it that went.
  const orders = (await room().record(call)).filter(({ kind }) => kind === "assignment_offered");
  expect(orders.map(({ detail }) => (JSON.parse(detail) as { ranking: { rank: number } }).ranking.rank)).toEqual([1]);
});

test("8 · the queue is sorted by priority, then by age", async ({ browser }) => {
  const minor = await room().call(CALL.damage);
  const older = await room().call(CALL.fight);
  const middle = await room().call(CALL.theft);
  const newer = await room().call(CALL.fight);
  const console = await operatorOpens(room(), browser);
  await console.showsPendingInOrder(older.number, newer.number, middle.number, minor.number);
});

test("8 · no row moves under the focus; F2 sorts again", async ({ browser }) => {
  const first = await room().call(CALL.theft);
  const second = await room().call(CALL.theft);
  const console = await operatorOpens(room(), browser);
  await expect(console.pendingRow(second.number)).toBeVisible();
  await console.press("F2");
  await expect(console.page.getByTestId("pending-list")).toBeFocused();

  const urgent = await room().call(CALL.fight);

  await expect(console.page.getByTestId("pending-newcomers")).toContainText("1 new below");
  await console.showsPendingInOrder(first.number, second.number, urgent.number);
  await console.press("F2");
  await console.showsPendingInOrder(urgent.number, first.number, second.number);
});

test("8 · no row moves under the pointer, also when one leaves the queue", async ({ browser }) => {
  const leaving = await room().call(CALL.fight);
  const below = await room().call(CALL.theft);
  const console = await operatorOpens(room(), browser);
  await console.pendingRow(below.number).hover();
  const before = (await console.pendingRow(below.number).boundingBox())!;

  const urgent = await room().call(CALL.fight);
  await room().sendsBest(leaving);

  await expect(console.pendingRow(leaving.number)).toContainText("→ dispatched");
  await expect(console.pendingRow(urgent.number)).toBeAttached();
  expect((await console.pendingRow(below.number).boundingBox())!.y).toBe(before.y);
  await console.page.getByTestId("top-bar").hover();
  await expect(console.pendingRow(leaving.number)).toHaveCount(0);
  await console.showsPendingInOrder(urgent.number, below.number);
});

test("9 · timers run on the server's clock, not on the window's", async ({ browser }) => {
  const HOUR_MS = 3_600_000;
  const console = await operatorOpens(room(), browser, {}, async ({ page }) => {
    await page.addInitScript((shift) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + shift;
    }, HOUR_MS);
  });
  const call = await room().call(CALL.theft);
  const timer = console.pendingRow(call.number).locator(".timer");
  await expect(timer).toHaveText(/^0:\d\d/);
  // It runs: the first second is seen to pass.
  const shown = (await timer.textContent())!;
  await expect(timer).not.toHaveText(shown);
  await expect(timer).toHaveText(/^0:\d\d/);
});

test("10 · a row turns amber, then red at the policy's thresholds, in text too", async ({ browser }) => {
  // A fight is P2: 15 s to its first unit, amber at half of them.
  const call = await room().call(CALL.fight);
  const calm = await room().call(CALL.damage);
  const console = await operatorOpens(room(), browser);
  const row = console.pendingRow(call.number);
  // One look at everything: the row must not have moved on between two questions.
  const looks = () => row.evaluate((shown: HTMLElement) => `${shown.dataset["urgency"]} ${shown.innerText.replaceAll("\n", " ")}`);
  await expect.poll(looks, { intervals: [100] }).toMatch(/^amber .* 0:(0[7-9]|1[0-4])! .* due soon/);
  await expect.poll(looks).toMatch(/^red .* 0:(1[5-9]|[2-5]\d)!! .* overdue/);
  await expect(console.pendingRow(calm.number)).toHaveAttribute("data-urgency", "normal");
  // What is overdue also raises an alarm that names the incident.
  await expect(console.page.locator(`[data-testid="alarm-row"][data-number="${call.number}"]`)).toContainText("Not dispatched in time");
});

test("11 · a long queue keeps the page small", async ({ browser }) => {
  const CALLS = 400;
  const AT_ONCE = 20;
  for (let done = 0; done < CALLS; done += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, () => room().call(CALL.damage)));
  const console = await operatorOpens(room(), browser);
  const count = async () => Number(await console.page.getByTestId("pane-pending-count").textContent());
  await expect.poll(count).toBeGreaterThanOrEqual(CALLS);
  const rows = console.page.getByTestId("pending-row");
  expect(await rows.count()).toBeLessThan(150);
  // The last row is there as soon as somebody goes to it.
  await console.press("F2", "End");
  const last = console.page.locator('[data-testid="pending-list"] [aria-selected="true"]');
  await expect(last).toHaveAttribute("aria-posinset", String(await count()));
  await expect(last).toBeInViewport();
  expect(await rows.count()).toBeLessThan(150);
});
