// The map: behaviour 21.
import { expect, test } from "@playwright/test";
import { closeWindows, operatorOpens, useRoom } from "../driver/room";

const room = useRoom(17);
test.afterEach(closeWindows);

for (const [how, pan] of [
  ["dragging", "mouse"],
  ["an arrow key", "keyboard"],
] as const) {
  test(`21 · the map follows a unit until ${how} pans it`, async ({ browser }) => {
    const console = await operatorOpens(room(), browser);
    const follow = console.page.getByTestId("map-follow");
    const map = console.page.getByTestId("pane-map").locator("canvas.maplibregl-canvas");
    await expect(map).toBeVisible();
    await console.types("U A01");
    await expect(follow).toHaveText("Follow");
    await follow.click();
    await expect(follow).toHaveText("Following A01");

    if (pan === "mouse") {
      const { x, y, width, height } = (await map.boundingBox())!;
      await console.page.mouse.move(x + width / 2, y + height / 2);
      await console.page.mouse.down();
      await console.page.mouse.move(x + width / 4, y + height / 4, { steps: 5 });
      await console.page.mouse.up();
    } else {
      await console.press("F3");
      await expect(map).toBeFocused();
      await console.press("ArrowLeft");
    }
    await expect(follow).toHaveText("Follow");
  });
}
