// The officers' app: a whole order by one button, a tap that survives a dead network and a reload, the emergency button.
import { expect, test } from "@playwright/test";
import { CALL, closeWindows, officerOpens, operatorOpens, useRoom } from "../driver/room";

const room = useRoom(16);
test.afterEach(closeWindows);

test("unit · a whole order by one button, as the room sees it", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const officer = await officerOpens(room(), browser);
  await expect(officer.page.getByTestId("no-order")).toBeVisible();
  const call = await room().call(CALL.knife, { narrative: "Somebody has a knife." });

  await officer.hasOrder(call.number);
  await expect(officer.page.getByTestId("order-narrative")).toHaveText("Somebody has a knife.");
  await expect(officer.page.getByTestId("order-address")).toHaveText("1 Test Street");
  // The call is where the unit stands: a direction would say nothing.
  await expect(officer.page.getByTestId("order-way")).toContainText("at the place");

  const chip = console.chip(call.number, "A01");
  await officer.taps("acknowledge");
  await expect(chip).toHaveAttribute("data-state", "state_acknowledged");
  await officer.taps("mark_en_route");
  await expect(chip).toHaveAttribute("data-state", "state_en_route");
  await officer.taps("mark_on_scene");
  await expect(chip).toHaveAttribute("data-state", "state_on_scene");
  await officer.taps("clear");
  await officer.reports("Nobody there any more.");

  await expect(officer.page.getByTestId("no-order")).toBeVisible();
  await officer.waitsWith(0);
  await expect(console.unitCell("A01")).toHaveAttribute("data-state", "unit_available");
  // The case team, which owns it, follows with an order of its own.
  expect(await room().stepsOf(call, "990001-a01")).toEqual(["offered", "delivered", "seen", "acknowledged", "en_route", "on_scene", "cleared"].map((step) => `assignment_${step}`));
});

test("unit · a tap survives a dead network and a reload, and is delivered once", async ({ browser }) => {
  const officer = await officerOpens(room(), browser);
  await officer.opensOffline();
  const call = await room().call(CALL.knife, { northM: 400 });
  await officer.hasOrder(call.number);
  await expect(officer.page.getByTestId("order-way")).toContainText(/north, 4\d0 m straight/);
  await officer.waitsWith(0);

  await officer.page.context().setOffline(true);
  await officer.taps("acknowledge");
  await officer.waitsWith(1);
  await officer.page.reload();
  await expect(officer.page.getByTestId("unit-app")).toBeVisible();
  await officer.waitsWith(1);
  expect((await room().record(call)).map(({ kind }) => kind)).not.toContain("assignment_acknowledged");

  await officer.page.context().setOffline(false);
  await officer.waitsWith(0);
  await officer.isLive();
  await expect(officer.nextStep).toHaveAttribute("data-step", "mark_en_route");
  const acknowledged = (await room().record(call)).filter(({ kind }) => kind === "assignment_acknowledged");
  expect(acknowledged).toHaveLength(1);
});

test("unit, 24 · the emergency button calls for help when held for two seconds, not by a short press", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const officer = await officerOpens(room(), browser);
  await officer.pressesEmergency(600);
  await officer.waitsWith(0);
  await expect(console.emergencyOf("A01")).toHaveCount(0);

  await officer.pressesEmergency(2_300);
  await expect(officer.page.getByTestId("emergency-sent")).toBeVisible();
  const alarm = console.emergencyOf("A01");
  await expect(alarm).toContainText("officer needs help");
  await expect(console.unitCell("A01")).toHaveAttribute("data-state", "unit_emergency");
  // The nearest help is on its way.
  const number = Number(await alarm.getAttribute("data-number"));
  await expect(console.activeRow(number).getByTestId("assignment-chip").first()).toBeVisible();

  await alarm.getByTestId("clear-emergency").selectOption("false_alarm");
  await console.isDone("A01: emergency over");
  await expect(console.emergencyOf("A01")).toHaveCount(0);
  await expect(console.unitCell("A01")).not.toHaveAttribute("data-state", "unit_emergency");
  await expect(officer.page.getByTestId("emergency")).toBeVisible();
});
