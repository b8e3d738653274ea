// The rules of the room on screen: undo, hold, recall, queue, cancel, closing and reopening; behaviours 6 and 13.
import { expect, test } from "@playwright/test";
import { CALL, closeWindows, operatorOpens, useRoom } from "../driver/room";

const room = useRoom(18);
test.afterEach(closeWindows);

const kindsOf = async (of: Parameters<ReturnType<typeof room>["record"]>[0]) => (await room().record(of)).map(({ kind }) => kind);

test("6 · an order is undone with one key within 5 s, and the record keeps both", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const call = await room().call(CALL.damage);
  await expect(console.pendingRow(call.number)).toBeVisible();
  await console.types(`D ${call.number} A01`);
  await console.isDispatched(call.number, "A01");
  await expect(console.page.getByTestId("undo-offer")).toContainText(`Undo ${call.number}`);

  await console.press("Escape", "z");

  await console.isDone(`${call.number}: last change undone`);
  await expect(console.page.getByTestId("undo-offer")).toHaveCount(0);
  await expect(console.pendingRow(call.number)).toBeVisible();
  await expect(console.unitCell("A01")).toHaveAttribute("data-state", "unit_available");
  const kinds = await kindsOf(call);
  expect(kinds.indexOf("assignment_offered")).toBeGreaterThan(0);
  expect(kinds.indexOf("assignment_recalled")).toBeGreaterThan(kinds.indexOf("assignment_offered"));
  await console.selects(call.number);
  await expect(console.detail()).toContainText("Recalled");
});

test("6 · the offer to undo ends by itself, and the key then does nothing", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const call = await room().call(CALL.damage);
  await expect(console.pendingRow(call.number)).toBeVisible();
  await console.types(`P ${call.number} 3`);
  const offer = console.page.getByTestId("undo-offer");
  await expect(offer).toBeVisible();
  await expect(offer).toHaveCount(0);
  await console.press("Escape", "z");
  await expect(console.pendingRow(call.number)).toContainText("P3");
  expect(await kindsOf(call)).not.toContain("incident_restored");
  // Later it is a command, while nothing came after the change.
  await console.types(`Z ${call.number}`);
  await expect(console.pendingRow(call.number)).toContainText("P4");
  expect(await kindsOf(call)).toContain("incident_restored");
});

test("13 · a second operator sees who holds an incident, and why", async ({ browser }) => {
  const first = await operatorOpens(room(), browser);
  const second = await operatorOpens(room(), browser);
  const call = await room().call(CALL.damage);
  await expect(first.pendingRow(call.number)).toBeVisible();
  await first.types(`H ${call.number} call_back`);
  await first.isDone("Hold");

  await expect(second.pendingRow(call.number).locator('[data-fact="hold"]')).toContainText(/held by \S+, \d+:\d\d left/);
  await second.selects(call.number);
  await expect(second.standing("hold")).toContainText(/Held by \S+: Waiting for a call back, \d+:\d\d left/);
  await second.does("do_release");
  await expect(first.pendingRow(call.number).locator('[data-fact="hold"]')).toHaveCount(0);
});

test("room · an order is taken back and another put into a unit's queue, by command", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const busyWith = await room().call(CALL.theft);
  const call = await room().call(CALL.damage);
  const unit = await room().sendsBest(busyWith);
  await expect(console.chip(busyWith.number, unit.callSign)).toBeVisible();

  await console.types(`Q ${call.number} ${unit.callSign}`);
  await console.isDone("queued");
  await expect(console.unitCell(unit.callSign).locator('[data-fact="queue"]')).toHaveText("≡1");
  await console.selects(call.number);
  const order = console.page.locator(`[data-testid="detail-assignment"][data-call-sign="${unit.callSign}"]`);
  await expect(order.getByTestId("assignment-chip")).toHaveAttribute("data-state", "state_queued");
  await expect(order.locator('[data-fact="queued"]')).toContainText("sent once the unit is free");

  await console.types(`R ${call.number} ${unit.callSign}`);
  await console.isDone(`${unit.callSign} recalled`);
  await expect(console.unitCell(unit.callSign).locator('[data-fact="queue"]')).toHaveCount(0);
  await expect(order.getByTestId("assignment-chip")).toHaveAttribute("data-state", "state_recalled");

  await console.types(`R ${busyWith.number} ${unit.callSign}`);
  await console.isDone(`${unit.callSign} recalled`);
  await expect(console.pendingRow(busyWith.number)).toBeVisible();
});

test("room · an incident is called off with a reason, a wrong one is pointed at", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const call = await room().call(CALL.damage);
  await expect(console.pendingRow(call.number)).toBeVisible();
  await console.types(`X ${call.number} nonsense`);
  await expect(console.answer).toContainText("there is no reason “nonsense”");
  await expect(console.page.getByTestId("command-token")).toHaveText("nonsense");
  await console.commandLine.clear();
  await console.types(`X ${call.number} test`);
  await console.isDone("Cancel");
  await expect(console.pendingRow(call.number)).toHaveCount(0);
  const cancelled = (await room().record(call)).find(({ kind }) => kind === "incident_cancelled")!;
  expect(cancelled.detail).toContain("test");
});

test("room · closing while attendance is owed asks for the excuse, and a closed incident is opened again", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  // In the beat of A01's officer, who was not there.
  const call = await room().call(CALL.damage, { attended: true });
  await console.selects(call.number);
  await expect(console.standing("attendance")).toContainText("owed");

  await console.types(`C ${call.number} handled`);
  await expect(console.answer).toHaveAttribute("data-tone", "problem");
  await expect(console.answer).toContainText("has not attended");
  await console.isInState("to be closed");

  const close = console.page.getByTestId("close-incident");
  await expect(close).toBeDisabled();
  await console.page.getByTestId("close-excuse").selectOption("settled_by_phone");
  await close.click();
  await console.isDone(`${call.number} closed`);
  await console.isInState("closed");
  await expect(console.standing("attendance")).toContainText("excused");
  await expect(console.standing("attendance")).toContainText("Settled by phone");

  await console.does("do_reopen", { reason: "new_information" });
  await console.isInState("pending");
  await expect(console.pendingRow(call.number)).toBeVisible();
  await expect(console.standing("reopened")).toContainText("1");
});

test("room · a whistle is answered in the room it is addressed to", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const call = await room().call(CALL.damage);
  await room().whistles(call);
  const row = console.page.locator(`[data-testid="whistle-row"][data-number="${call.number}"]`);
  await expect(row).toContainText(/ → .*: More units needed/);
  await expect(row).toContainText(/\d+:\d\d left/);

  await row.getByTestId("whistle-refuse").selectOption("no_capacity");
  await console.isDone(`${call.number}: Refuse whistle`);
  await expect(row).toHaveCount(0);
  // That nobody comes is an alarm to the room that asked; the next whistle is answered.
  await expect(console.page.locator(`[data-testid="alarm-row"][data-number="${call.number}"]`)).toContainText("whistle refused");
  await room().whistles(call);
  await row.getByTestId("whistle-accept").click();
  await console.isDone(`${call.number}: Answer whistle`);
  // It stands until it is ended: somebody is on the way.
  await expect(row).toHaveAttribute("data-state", "ACCEPTED");
  await expect(row.getByTestId("whistle-accept")).toHaveCount(0);
  await expect(console.page.locator(`[data-testid="alarm-row"][data-number="${call.number}"]`)).toHaveCount(0);
});

test("room · wartime mode stands in the top bar as long as it holds", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const { logId } = await room().call(CALL.damage);
  const banner = console.page.getByTestId("wartime");
  await expect(banner).toHaveCount(0);
  await room().startsWartime(logId);
  await expect(banner).toContainText(/Wartime mode: .+ \(\d+:\d\d left\)/);
  await room().endsWartime(logId);
  await expect(banner).toHaveCount(0);
});
