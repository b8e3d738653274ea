// The demo's card: it leads through the console, tells where the stories are, and stops and hastens the clock.
import { expect, test } from "@playwright/test";
import { operatorOpens } from "../driver/room";
import { RoomProcess } from "../driver/room_process";

let room: RoomProcess;
test.beforeAll(async () => {
  room = await RoomProcess.start(5, ["--no-mishaps"]);
});
test.afterAll(() => room.stop());

test("tour · a newcomer is led from the first incident to the stories, and the clock obeys", async ({ browser }) => {
  const console = await operatorOpens({ address: room.address }, browser);
  const { page } = console;
  const step = page.getByTestId("tour-step");
  await expect(step).toHaveAttribute("data-step", "tour_step_pick");

  // The first story's incident is dispatched by the rules: it is found among the active ones.
  const first = page.getByTestId("active-row").first();
  await first.click();
  await expect(step).toHaveAttribute("data-step", "tour_step_send");
  for (const key of ["tour_step_undo", "tour_step_drone_first"]) {
    await page.getByTestId("tour-next").click();
    await expect(step).toHaveAttribute("data-step", key);
  }
  await expect(step).toContainText("(1)");
  await page.getByTestId("tour-see").click();
  await expect(page.getByTestId("detail")).toContainText("1");

  await page.getByTestId("tour-pace-20").click();
  await expect(page.getByTestId("clock-pace")).toHaveText("×20");
  await page.getByTestId("tour-next").click();
  await page.getByTestId("tour-next").click();
  await expect(step).toHaveAttribute("data-step", "tour_step_missing_child");
  await expect(page.getByTestId("tour-see")).toHaveCount(3);

  await page.getByTestId("tour-pause").click();
  await expect(page.getByTestId("clock-pace")).toContainText("‖");
  const stood = await page.getByTestId("server-clock").textContent();
  await page.waitForTimeout(1500);
  expect(await page.getByTestId("server-clock").textContent()).toBe(stood);

  await page.getByTestId("tour-hide").click();
  await expect(step).toHaveCount(0);
  await page.reload();
  await expect(page.getByTestId("tour-show")).toBeVisible();
});

test("tour · a new beginning keeps the operator signed in", async ({ browser }) => {
  // A whole county ends and begins.
  test.slow();
  const console = await operatorOpens({ address: room.address }, browser, { baseURL: room.address.origin });
  const { page } = console;
  const begun = async () => {
    const answer = await page.request.get("/demo").catch(() => null);
    return answer?.ok() ? ((await answer.json()) as { began_at: string; stories: unknown[] }) : null;
  };
  const before = (await begun())!;
  expect(before.stories.length).toBeGreaterThan(0);
  await page.getByTestId("tour-reset").click();
  await expect(page.getByTestId("tour-reset")).toContainText("Press again");
  await page.getByTestId("tour-reset").click();
  // It is away for a moment.
  await expect.poll(async () => (await begun())?.began_at ?? before.began_at, { timeout: 40_000 }).not.toBe(before.began_at);
  await page.getByTestId("tour-pace-20").click();
  await expect(page.getByTestId("link-state")).toHaveAttribute("data-state", "live", { timeout: 30_000 });
  await expect(page.getByTestId("active-row").and(page.locator('[data-number="1"]'))).toBeVisible({ timeout: 30_000 });
  await expect(page.getByTestId("tour-step")).toHaveAttribute("data-step", "tour_step_pick");
});
