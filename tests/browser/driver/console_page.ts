// When and Then in the operators' console: what an operator does and what the screen must show.
import { expect, type Locator, type Page } from "@playwright/test";
import type { RoomAddress } from "./room_process";

export class ConsolePage {
  readonly page: Page;
  readonly commandLine: Locator;
  readonly answer: Locator;
  readonly link: Locator;

  constructor(page: Page) {
    this.page = page;
    this.commandLine = page.getByTestId("command-line");
    this.answer = page.getByTestId("command-answer");
    this.link = page.getByTestId("link-state");
  }

  /** Opens the console by its link and waits for the whole picture: live, with units on duty. */
  async open({ origin, roomToken }: RoomAddress): Promise<void> {
    await this.page.goto(`${origin}/#token=${roomToken}`);
    await this.isLive();
    await expect(this.unitCells().first()).toBeVisible();
  }

  async isLive(): Promise<void> {
    await expect(this.link).toHaveAttribute("data-state", "live");
  }

  /** Keys pressed one after the other, wherever the focus is. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Types a line on the command line and sends it, without the mouse. */
  async types(line: string): Promise<void> {
    await this.writes(line);
    await this.press("Enter");
  }

  /** Types on the command line and leaves it there. */
  async writes(text: string): Promise<void> {
    await this.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await this.press("/");
    await expect(this.commandLine).toBeFocused();
    await this.page.keyboard.type(text);
  }

  pendingRow(number: number): Locator {
    return this.page.locator(`[data-testid="pending-row"][data-number="${number}"]`);
  }

  activeRow(number: number): Locator {
    return this.page.locator(`[data-testid="active-row"][data-number="${number}"]`);
  }

  /** The order of one unit in the list of active incidents. */
  chip(number: number, callSign: string): Locator {
    return this.activeRow(number).locator(`[data-testid="assignment-chip"][data-call-sign="${callSign}"]`);
  }

  unitCells(): Locator {
    return this.page.getByTestId("unit-cell");
  }

  unitCell(callSign: string): Locator {
    return this.page.locator(`[data-testid="unit-cell"][data-call-sign="${callSign}"]`);
  }

  recommended(): Locator {
    return this.page.getByTestId("recommended-line");
  }

  /** The line that says why this unit can't be sent. */
  whyNot(callSign: string): Locator {
    return this.page.locator(`[data-testid="why-not-line"][data-call-sign="${callSign}"]`);
  }

  /** Selects an incident by its number, without the mouse. */
  async selects(number: number): Promise<void> {
    await expect(this.pendingRow(number).or(this.activeRow(number))).toBeVisible();
    await this.types(`S ${number}`);
    await expect(this.page.getByTestId("pane-detail").getByRole("heading", { level: 2 })).toHaveText(new RegExp(`\\b${number}\\s*$`));
  }

  /** The numbers of the pending rows, top to bottom. */
  async pendingOrder(): Promise<number[]> {
    const rows = await this.page.getByTestId("pending-row").evaluateAll((found) =>
      found
        .map((row) => ({ number: Number((row as HTMLElement).dataset["number"]), top: row.getBoundingClientRect().top }))
        .sort((a, b) => a.top - b.top)
        .map(({ number }) => number),
    );
    return rows;
  }

  /** The pending rows among these numbers come in this order. */
  async showsPendingInOrder(...numbers: number[]): Promise<void> {
    await expect.poll(async () => (await this.pendingOrder()).filter((number) => numbers.includes(number))).toEqual(numbers);
  }

  detail(): Locator {
    return this.page.getByTestId("detail");
  }

  /** One fact beside the state of the selected incident: hold, proposal, attendance … */
  standing(fact: string): Locator {
    return this.detail().locator(`li[data-fact="${fact}"]`);
  }

  /** The alarm about a unit that needs help. */
  emergencyOf(callSign: string): Locator {
    return this.page.locator('[data-testid="alarm-row"][data-kind="EMERGENCY"]').filter({ has: this.page.getByTestId("alarm-unit").getByText(callSign) });
  }

  /** The answer beside the command line says that it was done. */
  async isDone(words: string | RegExp): Promise<void> {
    await expect(this.answer).toContainText(words);
    await expect(this.answer).toHaveAttribute("data-tone", "done");
  }

  /** The selected incident is in this state. */
  async isInState(word: string): Promise<void> {
    await expect(this.page.getByTestId("detail-state")).toHaveText(word);
  }

  /** Chooses one of the selected incident's further actions, with what it asks for, and does it. */
  async does(action: string, wish: { value?: string; reason?: string } = {}): Promise<void> {
    await this.page.getByTestId("action").selectOption(action);
    const value = this.page.getByTestId("action-value");
    if (wish.value !== undefined) await value.fill(wish.value);
    if (wish.reason !== undefined) await this.page.getByTestId("action-reason").selectOption(wish.reason);
    await this.page.getByTestId("action-do").click();
  }

  async isDispatched(number: number, callSign: string): Promise<void> {
    await expect(this.chip(number, callSign)).toBeVisible();
    await expect(this.page.locator(`[data-testid="pending-row"][data-number="${number}"] .timer`)).toHaveCount(0);
  }
}
