// When and Then in the officers' app: the big button, the outbox, and what the phone must show.
import { expect, type Locator, type Page } from "@playwright/test";
import type { RoomAddress } from "./room_process";

export class UnitPage {
  readonly page: Page;
  readonly order: Locator;
  readonly nextStep: Locator;
  readonly outbox: Locator;

  constructor(page: Page) {
    this.page = page;
    this.order = page.getByTestId("order");
    this.nextStep = page.getByTestId("next-step");
    this.outbox = page.getByTestId("outbox");
  }

  async open({ origin, officerToken }: RoomAddress): Promise<void> {
    await this.page.goto(`${origin}/unit#token=${officerToken}`);
    await this.isLive();
    await expect(this.page.getByTestId("unit-call-sign")).toHaveText("A01");
  }

  async isLive(): Promise<void> {
    await expect(this.page.getByTestId("unit-link")).toHaveAttribute("data-state", "live");
  }

  /** The order of this incident is on screen. */
  async hasOrder(number: number): Promise<void> {
    await expect(this.order).toHaveAttribute("data-number", String(number));
  }

  /** Taps the big button, which must offer this step. */
  async taps(step: "acknowledge" | "mark_en_route" | "mark_on_scene" | "clear"): Promise<void> {
    await expect(this.nextStep).toHaveAttribute("data-step", step);
    await expect(this.nextStep).toBeEnabled();
    await this.nextStep.click();
  }

  /** Fills in the report that ends an order. */
  async reports(feedback: string): Promise<void> {
    await this.page.getByTestId("clear-reason").selectOption({ index: 1 });
    await this.page.getByTestId("clear-disposition").selectOption({ index: 1 });
    await this.page.getByTestId("clear-feedback").fill(feedback);
    await this.page.getByTestId("clear-send").click();
  }

  async declines(): Promise<void> {
    await this.page.getByTestId("decline").click();
    await this.page.locator('[data-testid="decline-reasons"] button').first().click();
  }

  /** Presses the emergency button and lets go after this long, in milliseconds. */
  async pressesEmergency(forMs: number): Promise<void> {
    const box = (await this.page.getByTestId("emergency").boundingBox())!;
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await this.page.mouse.down();
    await this.page.waitForTimeout(forMs);
    await this.page.mouse.up();
  }

  /** Waits until this many taps are kept on the phone and not answered. */
  async waitsWith(taps: number): Promise<void> {
    await expect(this.outbox).toHaveAttribute("data-waiting", String(taps));
  }

  /** The app's own files are kept on the phone, so that it opens without a network. */
  async opensOffline(): Promise<void> {
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await expect.poll(() => this.page.evaluate(async () => (await caches.match("/unit")) !== undefined && navigator.serviceWorker.controller !== null)).toBe(true);
  }
}
