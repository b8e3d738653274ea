// What the shipped rules and a county of one room never show: proposals with a countdown, passing down and signing (签收), the marks
// of units that are lent, silent or should say that they are safe.
import { expect, test } from "@playwright/test";
import { useCounty } from "../driver/county";
import { CALL, officerOpens, operatorOpens } from "../driver/room";

const county = useCounty();

const kindsOf = async (of: Parameters<ReturnType<typeof county>["record"]>[0]) => (await county().record(of)).map(({ kind }) => kind);

test("proposal · it counts down in the row and beside the incident, and is sent at once when the operator says so", async ({ browser }) => {
  const console = await operatorOpens(county().as("east"), browser);
  const other = await county().call(CALL.fight);
  const call = await county().call(CALL.theft);
  await console.selects(other.number);
  await console.detail().evaluate((body) => (body.scrollTop = body.scrollHeight));
  await expect(console.pendingRow(call.number).locator('[data-fact="proposal"]')).toContainText(/A01\s+sent in 0:\d\d/);
  await console.selects(call.number);
  const proposal = console.standing("proposal");
  await expect(proposal).toContainText(/A01\s+sent in 0:\d\d/);
  // Whatever was read of another incident before: what counts down is in sight.
  await expect(proposal).toBeInViewport();
  const before = await proposal.textContent();
  await expect(proposal).not.toHaveText(before!);
  expect(await kindsOf(call)).not.toContain("assignment_offered");

  await proposal.getByTestId("do-send-now").click();

  await console.isDone(`${call.number}: Send now`);
  await console.isDispatched(call.number, "A01");
  await expect(proposal).toHaveCount(0);
});

test("proposal · nobody objects: it is sent by itself when the countdown ends", async ({ browser }) => {
  const console = await operatorOpens(county().as("east"), browser);
  const call = await county().call(CALL.damage);
  await console.selects(call.number);
  await expect(console.standing("proposal")).toContainText(/A01\s+sent in 0:0\d/);
  await console.isDispatched(call.number, "A01");
  await expect(console.standing("proposal")).toHaveCount(0);
  const kinds = await kindsOf(call);
  expect(kinds.indexOf("assignment_offered")).toBeGreaterThan(kinds.indexOf("incident_proposed"));
});

test("proposal · another desk was faster: it is gone, and nothing more is sent", async ({ browser }) => {
  const console = await operatorOpens(county().as("east"), browser);
  const call = await county().call(CALL.theft);
  await console.selects(call.number);
  await expect(console.standing("proposal")).toContainText("A01");

  await county().sendsUnit("A02", call);

  await expect(console.standing("proposal")).toHaveCount(0);
  await console.isDispatched(call.number, "A02");
  await expect(console.chip(call.number, "A01")).toHaveCount(0);
});

test("proposal · the operator rejects it and chooses another unit", async ({ browser }) => {
  const console = await operatorOpens(county().as("east"), browser);
  const call = await county().call(CALL.theft);
  await console.selects(call.number);
  await console.standing("proposal").getByTestId("do-reject").click();
  await console.isDone(`${call.number}: Choose myself`);
  await expect(console.standing("proposal")).toHaveCount(0);
  await expect(console.pendingRow(call.number)).toBeVisible();

  await console.types(`D ${call.number} A02`);
  await console.isDispatched(call.number, "A02");
  expect(await kindsOf(call)).toContain("incident_proposal_ended");
});

test("passing down · the station's room signs what the county's desk passes down (签收)", async ({ browser }) => {
  const desk = await operatorOpens(county().as("desk"), browser);
  const station = await operatorOpens(county().as("east"), browser);
  const call = await county().call(CALL.fight, { passedDown: true });
  await expect(station.pendingRow(call.number).locator('[data-fact="passing"]')).toContainText(/from Trial County, to be signed, 0:\d\d left/);
  await station.selects(call.number);
  await station.isInState("to be signed");
  await desk.selects(call.number);
  await expect(desk.standing("passing")).toContainText(/Passed down by Trial County, to be signed here, 0:\d\d left/);

  await station.types(`QS ${call.number}`);

  await station.isDone(`${call.number}: Sign`);
  await station.isInState("signed");
  await expect(desk.standing("passing")).toContainText("Passed down by Trial County, signed by east");
  await expect(station.pendingRow(call.number).locator('[data-fact="passing"]')).toHaveCount(0);
});

test("passing down · unsigned in time it is the desk's to dispatch, and the room is alarmed", async ({ browser }) => {
  const station = await operatorOpens(county().as("east"), browser);
  const call = await county().call(CALL.fight, { passedDown: true });
  await station.selects(call.number);
  await expect(station.standing("passing")).toContainText("to be signed here");
  await expect(station.page.locator(`[data-testid="alarm-row"][data-number="${call.number}"]`)).toContainText("not signed by the station", { timeout: 30_000 });
  // Nobody signed: the rules have sent somebody for the desk above.
  await expect(station.activeRow(call.number)).toBeVisible();
  await expect(station.standing("passing")).toContainText("not signed: the desk above dispatches");
  // It can still be signed: late is not never.
  await station.standing("passing").getByTestId("do-sign").click();
  await expect(station.standing("passing")).toContainText("signed by east");
});

test("lost contact · a unit on an order that falls silent is marked and alarmed, and heard again it is not", async ({ browser }) => {
  const console = await operatorOpens(county().as("east"), browser);
  const call = await county().call(CALL.fight);
  await county().sendsUnit("A02", call, "acknowledge");
  await county().hears("A02");
  const mark = console.unitCell("A02").locator('[data-fact="contact-lost"]');
  await expect(console.unitCell("A02")).toHaveAttribute("data-state", "state_acknowledged");
  await expect(mark).toHaveCount(0);

  const alarm = console.page.locator('[data-testid="alarm-row"][data-kind="LOST_CONTACT"]');
  await expect(alarm).toContainText("A02", { timeout: 30_000 });
  await expect(mark).toHaveText("⌁");
  await console.types("U A02");
  await expect(console.page.getByTestId("unit-card").locator('[data-fact="contact-lost"]')).toContainText(/no contact \d+:\d\d/);

  await county().hears("A02");
  await expect(mark).toHaveCount(0);
  await expect(alarm).toHaveCount(0);
});

test("lending · a community team's unit on what its team does not own is marked, with whose time it spends", async ({ browser }) => {
  const console = await operatorOpens(county().as("east"), browser);
  const call = await county().call(CALL.fight);
  await console.selects(call.number);
  await console.types(`D ${call.number} A03`);
  await console.isDispatched(call.number, "A03");
  const order = (callSign: string) => console.page.locator(`[data-testid="detail-assignment"][data-call-sign="${callSign}"]`);
  await expect(order("A03").locator('[data-fact="lent"]')).toContainText("lent by East Station, from its lending time");
  // A unit of the owning team lends nothing.
  await console.types(`D ${call.number} A02`);
  await expect(order("A02")).toBeVisible();
  await expect(order("A02").locator('[data-fact="lent"]')).toHaveCount(0);
});

test("safety · who is on scene must say that all is well: the clock, the alarm, and the officer's answer", async ({ browser }) => {
  const console = await operatorOpens(county().as("east"), browser);
  const call = await county().call(CALL.fight);
  await county().sendsUnit("A01", call, "acknowledge", "markEnRoute", "markOnScene");
  await console.selects(call.number);
  const clock = console.page.locator('[data-testid="detail-assignment"][data-call-sign="A01"] [data-fact="safety"]');
  await expect(clock).toContainText(/Must say it is safe, 0:0\d left/);
  await expect(clock).toHaveClass(/soft/);

  const alarm = console.page.locator('[data-testid="alarm-row"][data-kind="SAFETY_CHECK_MISSED"]');
  await expect(alarm).toContainText("A01", { timeout: 30_000 });
  await expect(clock).toContainText(/⚠ Must say it is safe, 0:\d\d over/);
  await expect(clock).toHaveClass(/alert/);

  const officer = await officerOpens(county().as("east"), browser);
  await officer.hasOrder(call.number);
  await officer.page.getByTestId("confirm-safe").click();
  await expect(alarm).toHaveCount(0);
  await expect(clock).toContainText(/^\s*Must say it is safe, 0:0\d left/);
});
