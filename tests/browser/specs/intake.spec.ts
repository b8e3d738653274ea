// A call that may be about what the room already has: behaviour 12.
import { expect, test } from "@playwright/test";
import { CALL, closeWindows, operatorOpens, useRoom } from "../driver/room";

const room = useRoom(19);
test.afterEach(closeWindows);

test("12 · a near duplicate is offered while the call is taken, and the call is added to it", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const call = await room().call(CALL.damage);
  await expect(console.pendingRow(call.number)).toBeVisible();
  const { latE7, lonE7 } = room().address.officerAt;

  await console.press("Escape", "n");
  const form = console.page.getByTestId("intake-form");
  await form.getByTestId("intake-category").selectOption(CALL.damage.category);
  await form.getByTestId("intake-type").selectOption(CALL.damage.type);
  await form.getByTestId("intake-latitude").fill(String(latE7 / 1e7 + 0.0003));
  await form.getByTestId("intake-longitude").fill(String(lonE7 / 1e7));
  await form.getByTestId("intake-narrative").fill("The window again.");
  const offered = console.page.locator(`[data-testid="duplicates"] [data-number="${call.number}"]`);
  await expect(offered).toContainText(/score \d+/);
  await expect(offered).toContainText(/\d+ m apart/);
  await expect(offered).toContainText("the same type: Public order · Damage");
  await offered.getByTestId("duplicate-add").click();

  await console.isDone(`${call.number}: Call added`);
  await expect(form).toHaveCount(0);
  await expect(console.standing("calls")).toContainText("2 calls");
  expect((await room().record(call)).map(({ kind }) => kind)).toContain("incident_call_added");
});

test("12 · two incidents become one, and two again, with every call", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const stays = await room().call(CALL.damage, { northM: 2_000 });
  const goes = await room().call(CALL.damage, { northM: 2_030 });
  await console.selects(goes.number);
  await expect(console.pendingRow(stays.number)).toBeVisible();

  await console.types(`M ${goes.number} ${stays.number}`);
  await console.isDone("Merge");
  await expect(console.pendingRow(goes.number)).toHaveCount(0);
  await console.isInState("merged");
  await expect(console.standing("merged")).toContainText(String(stays.number));

  await console.does("do_unmerge");
  await expect(console.pendingRow(goes.number)).toBeVisible();
  await console.isInState("pending");
  await console.selects(stays.number);
  await expect(console.standing("calls")).toHaveCount(0);
  expect((await room().record(goes)).map(({ kind }) => kind)).toEqual(expect.arrayContaining(["incident_merged", "incident_unmerged"]));
});
