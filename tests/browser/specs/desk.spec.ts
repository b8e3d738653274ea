// What a desk does beside single incidents: wartime mode, hand-overs of shifts, whistles that end; notes on an address; splitting.
import { expect, test } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { CallSource } from "../../../web-console/src/gen/oneroom/v1alpha1/call_pb";
import type { ConsolePage } from "../driver/console_page";
import { useCounty } from "../driver/county";
import { EAST, WEST } from "../driver/county_process";
import { CALL, officerOpens, operatorOpens, type Opened } from "../driver/room";

const county = useCounty();

const whistle = (console: ConsolePage, of: Opened) => console.page.locator(`[data-testid="whistle-row"][data-number="${of.number}"]`);
const shift = (console: ConsolePage, state: string) => console.page.locator(`[data-testid="shift"][data-station="${EAST}"][data-state="${state}"]`);

test("wartime · the county's desk switches it on for an area and a period with the keyboard; every room sees where and until when", async ({ browser }) => {
  const desk = await operatorOpens(county().as("desk"), browser);
  const station = await operatorOpens(county().as("east"), browser);
  const call = await county().call(CALL.fight);
  await station.selects(call.number);

  await desk.press("Escape", "w");
  await expect(desk.page.getByTestId("wartime-none")).toBeVisible();
  const area = desk.page.getByTestId("wartime-area");
  await expect(area).toBeFocused();
  // A county without ground of its own can be chosen by its name.
  await expect(area.locator("option", { hasText: "Trial County" })).toHaveCount(1);
  await area.selectOption(EAST);
  await desk.page.getByTestId("wartime-hours").selectOption("2");
  await desk.page.getByTestId("wartime-reason").selectOption("exercise");
  await desk.page.getByTestId("wartime-start").focus();
  await desk.press("Enter");

  await desk.isDone(/East Station is in wartime mode until (\d\d-\d\d )?\d\d:\d\d$/);
  const mode = desk.page.locator(`[data-testid="wartime-mode"][data-area="${EAST}"]`);
  await expect(mode).toContainText(/East Station until .*1:59:\d\d left\s+Exercise ·\s+switched on by desk at /);
  for (const console of [desk, station]) await expect(console.page.getByTestId("wartime")).toContainText(/Wartime mode: East Station until .*\(1:59:\d\d left\)/);
  await expect(station.standing("wartime")).toContainText("East Station is in wartime mode until");
  await expect(station.page.getByTestId("map")).toHaveAttribute("data-wartime", EAST);

  // A station sees it and can't switch it.
  await station.press("Escape", "w");
  await expect(station.page.getByTestId("wartime-mode")).toBeVisible();
  await expect(station.page.getByTestId("wartime-not-yours")).toBeVisible();
  await expect(station.page.getByTestId("wartime-end")).toHaveCount(0);
  await station.press("Escape");
  await expect(station.page.getByTestId("wartime-panel")).toHaveCount(0);

  // Switching it off asks once more.
  await mode.getByTestId("wartime-end").click();
  await expect(mode).toBeVisible();
  await mode.getByTestId("wartime-end").click();
  await desk.isDone("East Station: wartime mode is off");
  for (const console of [desk, station]) await expect(console.page.getByTestId("wartime")).toHaveCount(0);
  await expect(station.standing("wartime")).toHaveCount(0);
  await expect(station.page.getByTestId("map")).toHaveAttribute("data-wartime", "");
});

test("wartime · on and off by command, and what is wrong is pointed at", async ({ browser }) => {
  const desk = await operatorOpens(county().as("desk"), browser);
  await desk.types(`WT ${WEST} 900 exercise`);
  await expect(desk.answer).toContainText("hours are 1 to 720, not “900”");
  await expect(desk.page.getByTestId("command-token")).toHaveText("900");
  await desk.commandLine.clear();
  await desk.types(`WT ${WEST} 4 exercise`);
  await desk.isDone("West Station is in wartime mode until");
  await expect(desk.page.getByTestId("wartime")).toContainText("West Station");
  await desk.types(`WE ${EAST}`);
  await expect(desk.answer).toContainText(`“${EAST}” is not in wartime mode`);
  await desk.commandLine.clear();
  await desk.types("WE west_station");
  await desk.isDone("West Station: wartime mode is off");
  await expect(desk.page.getByTestId("wartime")).toHaveCount(0);

  const station = await operatorOpens(county().as("east"), browser);
  await station.types(`WT ${EAST} 4 exercise`);
  await expect(station.answer).toHaveAttribute("data-tone", "problem");
  await expect(station.answer).toContainText("Not allowed");
});

test("whistle · who asked ends it, waiting or answered, by button and by command", async ({ browser }) => {
  const desk = await operatorOpens(county().as("desk"), browser);
  const station = await operatorOpens(county().as("east"), browser);
  const call = await county().call(CALL.fight);
  await county().whistles(call);
  await expect(whistle(station, call)).toHaveAttribute("data-state", "ASKED");
  await expect(whistle(station, call).getByTestId("whistle-accept")).toHaveCount(0);
  await whistle(station, call).getByTestId("whistle-end").click();
  await station.isDone(`${call.number}: whistle ended`);
  for (const console of [desk, station]) await expect(whistle(console, call)).toHaveCount(0);

  await county().whistles(call);
  await whistle(desk, call).getByTestId("whistle-accept").click();
  await expect(whistle(station, call)).toHaveAttribute("data-state", "ACCEPTED");
  await expect(whistle(station, call)).toContainText("desk comes");
  await station.types(`WX ${call.number}`);
  await station.isDone(`${call.number}: whistle ended`);
  for (const console of [desk, station]) await expect(whistle(console, call)).toHaveCount(0);
  expect((await county().record(call)).map(({ kind }) => kind).filter((kind) => kind === "support_ended")).toHaveLength(2);

  await station.types(`WX ${call.number}`);
  await expect(station.answer).toContainText(`${call.number} has no whistle that stands`);
});

test("shift · who is on it, handing over with remarks, unsigned and late for all to see, signed by somebody else", async ({ browser }) => {
  const station = await operatorOpens(county().as("east"), browser);
  const relief = await operatorOpens(county().as("relief"), browser);
  await county().call(CALL.fight);
  await county().plansShift(EAST, ["A02", "A03"], 9_000);

  await station.press("Escape", "j");
  const running = shift(station, "PLANNED");
  await expect(running.getByTestId("shift-unit")).toContainText([/A02\s+available/, /A03\s+available/]);
  await running.getByTestId("hand-over-write").click();
  await expect(running.getByTestId("hand-over-text")).toBeFocused();
  await station.page.keyboard.type("Gas at 1 Test Street, watch it");
  await station.press("Control+Enter");
  await station.isDone("East Station: handed over");
  await expect(running.getByTestId("hand-over")).toContainText(/Handed over by east at .*open incidents 1 · alarms \d+ · whistles 0\s+Gas at 1 Test Street, watch it/);

  // The shift is over: nobody may sign their own hand-over, and until somebody else does everybody sees it.
  const over = shift(station, "ENDED");
  await expect(over.getByTestId("shift-sign-by")).toContainText(/to be signed, 0:0\d left/);
  await expect(over).toContainText("Your own: somebody else must sign it");
  await expect(over.getByTestId("hand-over-sign")).toHaveCount(0);
  await expect(relief.page.getByTestId("open-shifts")).toContainText("Unsigned 1");
  const alarm = relief.page.locator('[data-testid="alarm-row"][data-kind="HAND_OVER_UNSIGNED"]');
  await expect(alarm).toContainText("East Station", { timeout: 30_000 });
  await alarm.getByTestId("alarm-select").click();
  await expect(shift(relief, "ENDED").getByTestId("shift-sign-by")).toContainText("not signed in time");

  await expect(shift(relief, "ENDED").getByTestId("hand-over-notes")).toHaveText("Gas at 1 Test Street, watch it");
  await shift(relief, "ENDED").getByTestId("hand-over-sign").click();
  await relief.isDone("East Station: hand-over signed");
  for (const console of [station, relief]) {
    await expect(shift(console, "HANDED_OVER")).toContainText("signed by relief");
    await expect(console.page.getByTestId("open-shifts")).not.toContainText("Unsigned");
  }
  await expect(alarm).toHaveCount(0);
  // Its units went off duty with it.
  await county().signsOn(["A02", "A03"]);
});

test("note · written about the address with an expiry, seen with the next incident there and by the room, withdrawn", async ({ browser }) => {
  const station = await operatorOpens(county().as("east"), browser);
  const relief = await operatorOpens(county().as("relief"), browser);
  const call = await county().call(CALL.fight, { northM: 400 });
  await relief.selects(call.number);
  await station.types(`PN ${call.number}`);
  const form = station.page.getByTestId("premise-form");
  await expect(form.getByTestId("premise-kind")).toBeFocused();
  await expect(form).toContainText("By east.");
  await expect(form.getByTestId("premise-send")).toBeDisabled();
  await form.getByTestId("premise-kind").selectOption("dog");
  await form.getByTestId("premise-days").selectOption("7");
  await form.getByTestId("premise-text").fill("Two dogs in the yard, ring at the side door");
  await form.getByTestId("premise-text").press("Control+Enter");

  await station.isDone(/Note written, until \d\d-\d\d \d\d:\d\d/);
  await expect(form).toHaveCount(0);
  const note = (console: ConsolePage) => console.page.getByTestId("premise-note");
  for (const console of [station, relief]) {
    await expect(note(console)).toContainText("Dog Two dogs in the yard, ring at the side door");
    await expect(note(console)).toContainText(/east · until \d\d-\d\d \d\d:\d\d/);
  }
  // The next incident there is opened with it, one farther away without it.
  const next = await county().call(CALL.fight, { northM: 410 });
  const elsewhere = await county().call(CALL.fight, { northM: 900 });
  await relief.selects(elsewhere.number);
  await expect(note(relief)).toHaveCount(0);
  await relief.selects(next.number);
  await expect(note(relief)).toContainText("Two dogs in the yard");

  // So does the officer who is sent there, on the phone.
  await county().sendsUnit("A01", next);
  const officer = await officerOpens(county().as("east"), browser);
  await officer.hasOrder(next.number);
  await expect(officer.page.getByTestId("order-notes")).toContainText("Dog Two dogs in the yard, ring at the side door");

  await note(station).getByTestId("premise-end").click();
  await station.isDone("Note withdrawn");
  for (const console of [station, relief]) await expect(note(console)).toHaveCount(0);
});

test("split · the operator chooses which call goes and what the second incident is", async ({ browser }) => {
  const console = await operatorOpens(county().as("east"), browser);
  const call = await county().call(CALL.fight);
  const { callId } = await county().api.intake.addCall({
    requestId: randomUUID(),
    logId: call.logId,
    incidentId: call.incidentId,
    source: CallSource.TRAFFIC_122,
    narrative: "A car was hit in front of the house",
  });
  await console.selects(call.number);
  await expect(console.standing("calls")).toContainText("2 calls");
  await console.page.getByTestId("action").selectOption("do_split");
  const form = console.page.getByTestId("split-form");
  await expect(form.getByTestId("split-call")).toContainText([/1 · 110 · \d\d:\d\d:\d\d/, /2 · 122 · \d\d:\d\d:\d\d/]);
  // What the callers said is read for a purpose, which the record keeps.
  await form.getByTestId("split-read").selectOption("call_back");
  await expect(form.locator('[data-call="2"]')).toContainText("A car was hit in front of the house");
  await form.locator('[data-call="2"] input').check();
  await expect(form.getByTestId("split-send")).toBeDisabled();
  await form.getByTestId("split-category").selectOption("traffic");
  await form.getByTestId("split-type").selectOption("damage_accident");
  await form.getByTestId("split-send").click();

  await console.isDone(new RegExp(`${call.number}: \\d+ split off`));
  const second = Number(/: (\d+) split off/.exec((await console.answer.textContent())!)![1]);
  await expect(console.page.getByTestId("pane-detail").getByRole("heading", { level: 2 })).toHaveText(new RegExp(`\\b${second}\\s*$`));
  await expect(console.detail()).toContainText("Traffic · Damage accident");
  await expect(console.standing("split")).toHaveText(`split from ${call.number}`);
  await console.selects(call.number);
  await expect(console.standing("calls")).toHaveCount(0);
  const kinds = (await county().record(call)).map(({ kind }) => kind);
  expect(kinds).toContain("private_read");
  const { incident } = await county().api.record.getIncident(call);
  expect(incident!.calls.map((one) => one.callId)).not.toContain(callId);
});
