// The command line, the keys and the form for a call: behaviours 1, 2, 3 and 5.
import { expect, test } from "@playwright/test";
import { CALL, closeWindows, operatorOpens, useRoom } from "../driver/room";

const room = useRoom(11);
test.afterEach(closeWindows);

test("1 · D, number and call sign assign a unit without the mouse", async ({ browser }) => {
  const call = await room().call(CALL.fight);
  const [, second] = await room().candidates(call);
  const console = await operatorOpens(room(), browser);
  await expect(console.pendingRow(call.number)).toBeVisible();

  await console.types(`d ${call.number} ${second!.callSign.toLowerCase()}`);

  await console.isDispatched(call.number, second!.callSign);
  await expect(console.answer).toHaveAttribute("data-tone", "done");
  await expect(console.answer).toContainText(`${second!.callSign} sent to ${call.number}`);
  await expect(console.commandLine).toHaveValue("");
});

test("2 · completion offers open incidents and units, and Tab takes the first", async ({ browser }) => {
  const call = await room().call(CALL.theft);
  const console = await operatorOpens(room(), browser);
  await expect(console.pendingRow(call.number)).toBeVisible();
  const offers = console.page.getByTestId("command-offers").getByRole("option");

  await console.writes(`D ${call.number}`);
  await expect(offers.first()).toContainText(String(call.number));
  await expect(offers.first()).toContainText("Theft");
  await console.press("Tab");
  await expect(console.commandLine).toHaveValue(`D ${call.number} `);

  await console.page.keyboard.type("A0");
  await expect(offers.first()).toContainText(/^A0\d/);
  const offered = (await offers.first().locator("b").textContent())!;
  await console.press("Tab", "Enter");
  await console.isDispatched(call.number, offered);
});

test("3 · bad syntax keeps the text and points at the token", async ({ browser }) => {
  const call = await room().call(CALL.damage);
  const console = await operatorOpens(room(), browser);
  await expect(console.pendingRow(call.number)).toBeVisible();
  for (const [line, token, says] of [
    ["XX 1 A02", "XX", "there is no command"],
    ["D 99999 A02", "99999", "no open incident 99999"],
    [`D ${call.number} Q77`, "Q77", "no unit"],
    [`C ${call.number} nonsense`, "nonsense", "no outcome"],
    [`D ${call.number} A02 A02`, "A02", "twice"],
  ] as const) {
    await console.types(line);

    await expect(console.commandLine).toHaveValue(line);
    await expect(console.commandLine).toBeFocused();
    await expect(console.commandLine).toHaveAttribute("aria-invalid", "true");
    await expect(console.page.getByTestId("command-token")).toHaveText(token);
    await expect(console.answer).toContainText(says);
    await console.commandLine.clear();
  }
  await expect(console.pendingRow(call.number)).toBeVisible();
});

test("3 · the mark stands under the wrong token, not under an equal one before it", async ({ browser }) => {
  const call = await room().call(CALL.damage);
  const console = await operatorOpens(room(), browser);
  await expect(console.pendingRow(call.number)).toBeVisible();
  await console.types(`D ${call.number} A02 A02`);
  const mark = (await console.page.getByTestId("command-token").boundingBox())!;
  const field = (await console.commandLine.boundingBox())!;
  // A monospaced field: the second A02 begins after "D ", the number and " A02 ".
  const characters = `D ${call.number} A02 `.length;
  expect(Math.round((mark.x - field.x) / (mark.width / 3))).toBe(characters);
});

test("5 · shortcuts are silent in text fields", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  await console.press("n");
  const narrative = console.page.getByTestId("intake-narrative");
  await narrative.click();
  await console.page.keyboard.type("n/a? a man");
  await console.press("F2");
  await expect(narrative).toHaveValue("n/a? a man");
  await expect(narrative).toBeFocused();
  await expect(console.page.getByTestId("help")).toHaveCount(0);
  // The same keys work as soon as the field is left.
  await console.press("Escape", "F6");
  await expect(console.page.getByTestId("units-list")).toBeFocused();
});

test("5 · shortcuts are silent while an input method composes", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  const press = (isComposing: boolean) =>
    console.page.evaluate((composing) => {
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", isComposing: composing, bubbles: true, cancelable: true }));
    }, isComposing);
  const intake = console.page.getByTestId("intake-form");
  await press(true);
  await console.press("F5");
  await expect(console.page.getByTestId("active-list")).toBeFocused();
  await expect(intake).toHaveCount(0);
  await press(false);
  await expect(intake).toBeVisible();
});

test("5 · Enter that ends a composition sends no command", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  await console.writes("X");
  await console.commandLine.evaluate((input) => {
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }));
  });
  await expect(console.commandLine).toHaveAttribute("aria-invalid", "false");
  await console.press("Enter");
  await expect(console.commandLine).toHaveAttribute("aria-invalid", "true");
});

test("5 · shortcuts can be remapped", async ({ browser }) => {
  const console = await operatorOpens(room(), browser, {}, async ({ page }) => {
    await page.addInitScript(() => localStorage.setItem("oneroom.keys", '{"focus_units":"F9"}'));
  });
  await console.press("F9");
  await expect(console.page.getByTestId("units-list")).toBeFocused();
  await console.press("F5", "F6");
  await expect(console.page.getByTestId("active-list")).toBeFocused();
});

test("a call is taken by keyboard alone, and a wrong field is named", async ({ browser }) => {
  const console = await operatorOpens(room(), browser);
  await console.press("n");
  await expect(console.page.getByTestId("intake-category")).toBeFocused();
  await console.page.keyboard.type("Help request");
  await expect(console.page.getByTestId("intake-category")).toHaveValue("help");
  await console.page.getByTestId("intake-latitude").fill("not a number");
  await console.page.getByTestId("intake-narrative").fill("A man lost his key.");
  await console.press("Control+Enter");
  await expect(console.page.getByTestId("intake-form")).toContainText("must be a number");
  await expect(console.page.getByTestId("intake-narrative")).toHaveValue("A man lost his key.");

  await console.page.getByTestId("intake-latitude").clear();
  await console.press("Control+Enter");

  await expect(console.page.getByTestId("intake-form")).toHaveCount(0);
  const number = Number(/Incident (\d+) opened/.exec((await console.answer.textContent())!)![1]);
  await expect(console.pendingRow(number)).toContainText("unverified location");
  await expect(console.page.getByTestId("detail-narrative")).toHaveText("A man lost his key.");
});
