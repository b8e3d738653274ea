// The page itself: behaviours 25, 31, 32 and 33.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { CALL, closeWindows, officerOpens, operatorOpens, useRoom } from "../driver/room";

const room = useRoom(15);
test.afterEach(closeWindows);

/** Violations that axe calls serious or critical, one line each. */
async function seriousViolations(page: Page, within = "html"): Promise<string[]> {
  const { violations, passes } = await new AxeBuilder({ page }).include(within).analyze();
  expect(passes.length).toBeGreaterThan(0);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary ?? ""}`));
}

test("25 · without WebGL2 lists and dispatch still work", async ({ browser }) => {
  const call = await room().call(CALL.fight);
  const [top] = await room().candidates(call);
  const console = await operatorOpens(room(), browser, {}, async ({ page }) => {
    await page.addInitScript(() => {
      const getContext = HTMLCanvasElement.prototype.getContext as (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) => unknown;
      HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
        return kind.startsWith("webgl") ? null : getContext.call(this, kind, ...rest);
      } as typeof HTMLCanvasElement.prototype.getContext;
    });
  });
  await expect(console.page.getByTestId("pane-map")).toContainText("no WebGL2");
  await expect(console.page.getByTestId("pane-map").locator("canvas")).toHaveCount(0);
  await expect(console.pendingRow(call.number)).toBeVisible();
  await console.types(`D ${call.number} ${top!.callSign}`);
  await console.isDispatched(call.number, top!.callSign);
});

test("31 · switching the language keeps the selection and the drafts", async ({ browser }) => {
  const call = await room().call(CALL.theft, { narrative: "A bicycle was taken." });
  const console = await operatorOpens(room(), browser);
  await expect(console.page.getByTestId("pane-pending")).toContainText("Pending");
  await console.selects(call.number);
  await console.press("Escape", "n");
  await console.page.getByTestId("intake-category").selectOption("dispute");
  await console.page.getByTestId("intake-narrative").fill("两人争吵 two people quarrel");
  await console.commandLine.fill(`D ${call.number} A0`);

  await console.page.getByTestId("switch-language").click();

  await expect(console.page.getByTestId("pane-pending")).toContainText("待派警情");
  await expect(console.page.getByTestId("pane-pending")).not.toContainText("Pending");
  await expect(console.page.getByTestId("intake-category")).toHaveValue("dispute");
  await expect(console.page.getByTestId("intake-narrative")).toHaveValue("两人争吵 two people quarrel");
  await expect(console.commandLine).toHaveValue(`D ${call.number} A0`);
  await expect(console.page.getByTestId("pane-detail")).toContainText(String(call.number));
  await expect(console.page.getByTestId("detail-narrative")).toHaveText("A bicycle was taken.");
});

for (const theme of ["dark", "light"] as const) {
  test(`32 · axe finds no serious violation on the console, ${theme}`, async ({ browser }) => {
    const active = await room().call(CALL.fight);
    await room().sendsBest(active);
    const call = await room().call(CALL.fight);
    const console = await operatorOpens(room(), browser, { colorScheme: theme });
    await expect(console.activeRow(active.number)).toBeVisible();
    await console.selects(call.number);
    await expect(console.recommended().first()).toBeVisible();
    expect(await seriousViolations(console.page)).toEqual([]);
    await console.press("Escape", "n");
    await expect(console.page.getByTestId("intake-form")).toBeVisible();
    expect(await seriousViolations(console.page, '[data-testid="intake-form"]')).toEqual([]);
  });
}

/** Everything the page asks for, and what its own policy kept it from asking. */
async function listen(page: Page, asked: string[]): Promise<void> {
  page.context().on("request", (request) => asked.push(request.url()));
  page.on("websocket", (socket) => asked.push(socket.url()));
  await page.exposeFunction("blockedByPolicy", (address: string) => asked.push(`http://blocked.invalid/${address}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ blockedURI }) => (window as unknown as { blockedByPolicy(address: string): void }).blockedByPolicy(blockedURI));
  });
}

/** Requests that leave the server; what a page carries in itself asks nobody. */
function outside(urls: readonly string[]): string[] {
  const { host } = new URL(room().address.origin);
  return urls.filter((url) => !/^(data|blob):/.test(url) && new URL(url).host !== host);
}

test("33 · the console asks nothing outside its origin", async ({ browser }) => {
  const asked: string[] = [];
  const console = await operatorOpens(room(), browser, {}, ({ page }) => listen(page, asked));
  const call = await room().call(CALL.theft);
  await console.selects(call.number);
  await expect(console.page.getByTestId("pane-map").locator("canvas").first()).toBeVisible();
  await console.page.getByTestId("switch-language").click();
  await expect(console.page.getByTestId("pane-pending")).toContainText("待派警情");
  expect(outside(asked)).toEqual([]);
  expect(asked.some((url) => url.endsWith("/v1alpha1/watch"))).toBe(true);
});

test("32, 33 · the officers' app: no serious violation, nothing asked outside its origin", async ({ browser }) => {
  const call = await room().call(CALL.knife);
  const asked: string[] = [];
  const officer = await officerOpens(room(), browser, ({ page }) => listen(page, asked));
  await officer.hasOrder(call.number);
  expect(await seriousViolations(officer.page)).toEqual([]);
  await officer.page.getByTestId("decline").click();
  expect(await seriousViolations(officer.page)).toEqual([]);
  expect(outside(asked)).toEqual([]);
  expect(asked.some((url) => url.endsWith("/v1alpha1/watch"))).toBe(true);
});
