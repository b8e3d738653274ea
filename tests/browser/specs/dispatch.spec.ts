// Recommending and sending: behaviours 14 to 18.
import { expect, test } from "@playwright/test";
import { CALL, closeWindows, officerOpens, type Opened, operatorOpens, useRoom } from "../driver/room";

const room = useRoom(13);
test.afterEach(closeWindows);

/** A unit by its call sign. Who is near changes while units patrol; who a unit is does not. */
const unitOf = ({ logId }: Opened, callSign: string) => `${logId}-${callSign.toLowerCase()}`;

test("14 · recommendations come with travel time and reasons, others with why not", async ({ browser }) => {
  // The best unit is on something else, so that there is somebody near who can't go.
  const other = await room().call(CALL.fight);
  const busy = await room().sendsBest(other);
  const call = await room().call(CALL.fight);
  const console = await operatorOpens(room(), browser);
  await console.selects(call.number);

  await expect(console.recommended().first()).toBeVisible();
  for (const [i, line] of (await console.recommended().all()).entries()) {
    await expect(line).toHaveAttribute("data-rank", String(i + 1));
    await expect(line.locator(".time")).toHaveText(/^\s*\d+:\d\d\s*(~straight line|~from station|road)/);
    await expect(line.locator(".why")).toHaveText(/(own team|borrowed from|any team|nearest)/);
  }
  // A01 stands at the place, but belongs to another team: what that costs is said.
  const here = console.page.locator('[data-testid="recommended-line"][data-call-sign="A01"]');
  await expect(here.locator(".time")).toContainText("0:00");
  await expect(here.locator(".why")).toContainText("nearest · borrowed from community team, +2:00 · own station");
  await expect(console.whyNot(busy.callSign)).toContainText(`Not: engaged in ${other.number}`);
});

test("16, 17 · delivered, seen and declined are told apart; nobody has taken it: «?»", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const call = await room().call(CALL.knife);
  const chip = console.chip(call.number, "A01");
  await expect(chip).toHaveAttribute("data-state", "state_delivered");
  await expect(chip).toContainText("A01?");
  await expect(console.unitCell("A01")).toContainText("delivered?");

  const officer = await officerOpens(room(), browser);
  await officer.hasOrder(call.number);
  await expect(chip).toHaveAttribute("data-state", "state_seen");
  await expect(chip).toContainText("A01?");

  await officer.declines();
  await console.selects(call.number);
  const order = console.page.locator('[data-testid="detail-assignment"][data-call-sign="A01"]');
  await expect(order.getByTestId("assignment-chip")).toHaveAttribute("data-state", "state_declined");
  await expect(order).not.toContainText("?");
  await expect(order).toContainText("declined");
  await expect(console.unitCell("A01")).toHaveAttribute("data-state", "unit_available");
  // The room hears of it, and the next candidate was asked.
  await expect(console.page.locator(`[data-testid="alarm-row"][data-number="${call.number}"]`)).toContainText("Order declined");
  await expect(console.activeRow(call.number).getByTestId("assignment-chip").first()).toBeVisible();
  await expect(chip).toHaveCount(0);
});

test("16, 17 · acknowledging ends the «?», and the time line tells every step", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const call = await room().call(CALL.knife);
  const chip = console.chip(call.number, "A01");
  await expect(chip).toContainText("A01?");
  const officer = await officerOpens(room(), browser);
  await officer.hasOrder(call.number);
  await officer.taps("acknowledge");

  await expect(chip).toHaveAttribute("data-state", "state_acknowledged");
  await expect(chip).not.toContainText("?");
  await expect(console.unitCell("A01")).not.toContainText("?");
  await console.selects(call.number);
  const detail = console.page.getByTestId("detail");
  for (const step of ["order sent", "order delivered", "order seen", "acknowledged"]) await expect(detail).toContainText(step);
});

test("18 · a lost race explains itself and restores the list", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  // Away from where the tests before have bound units: the why-nots are those of the nearest.
  const [elsewhere, call] = [await room().call(CALL.theft, { northM: 2500 }), await room().call(CALL.theft, { northM: 2500 })];
  await console.selects(call.number);
  const top = (await console.recommended().first().getAttribute("data-call-sign"))!;

  // Another desk takes the unit that is on this screen.
  await room().sends(unitOf(elsewhere, top), elsewhere);
  await console.types(`D ${call.number} ${top}`);

  await expect(console.answer).toHaveAttribute("data-tone", "problem");
  await expect(console.answer).toContainText(`Someone was faster: the unit is held by incident ${elsewhere.number}`);
  await expect(console.commandLine).toHaveValue(`D ${call.number} ${top}`);
  await expect(console.pendingRow(call.number)).toBeVisible();
  await expect(console.page.locator(`[data-testid="recommended-line"][data-call-sign="${top}"]`)).toHaveCount(0);
  await expect(console.whyNot(top)).toContainText(`engaged in ${elsewhere.number}`);

  // What is restored can be used at once.
  const next = (await console.recommended().first().getAttribute("data-call-sign"))!;
  await console.commandLine.clear();
  await console.types(`D ${call.number} ${next}`);
  await console.isDispatched(call.number, next);
});

test("15 · a recommendation older than 10 s is worked out again before anything is sent", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const elsewhere = await room().call(CALL.damage);
  const call = await room().call(CALL.damage);
  await console.selects(call.number);
  const top = (await console.recommended().first().getAttribute("data-call-sign"))!;
  await expect(console.page.getByTestId("recommend-age")).toHaveText(/^1[1-9] s ago$/);
  // Meanwhile another desk sends the unit that is still on top here.
  await room().sends(unitOf(elsewhere, top), elsewhere);
  await expect(console.recommended().first()).toHaveAttribute("data-call-sign", top);

  await console.press("Escape", "F4", "Enter");

  await expect(console.answer).toContainText(`${top} is no longer eligible; nothing was sent`);
  await expect(console.recommended().first()).not.toHaveAttribute("data-call-sign", top);
  expect((await room().record(call)).map(({ kind }) => kind)).not.toContain("assignment_offered");
});
