// Stands between a page and the server's stream: reads the frames, falls silent without closing, or cuts the connection.
import type { Page, WebSocketRoute } from "@playwright/test";
import type { WatchClientFrame, WatchResponse } from "../../../web-console/src/gen/oneroom/v1alpha1/watch_service_pb";
import { readClientFrame, readServerFrame } from "../../../web-console/src/store/read_frames.testing";

/** What was said on one connection. */
export interface Said {
  byPage: WatchClientFrame["frame"][];
  byServer: WatchResponse["frame"][];
}

export class StreamTap {
  /** Every connection of the page, oldest first. */
  readonly connections: Said[] = [];
  #silent = false;
  #refusing = false;
  #open = new Set<WebSocketRoute>();

  /** Goes between a page and the server; call it before the page loads. */
  static async into(page: Page): Promise<StreamTap> {
    const tap = new StreamTap();
    await page.routeWebSocket(/\/v1alpha1\/watch$/, (toPage) => tap.#route(toPage));
    return tap;
  }

  /** From now on nothing arrives at the page, and no connection closes. */
  fallSilent(): void {
    this.#silent = true;
  }

  speakAgain(): void {
    this.#silent = false;
  }

  /** Cuts the connection and refuses new ones until it is mended. */
  async cut(): Promise<void> {
    this.#refusing = true;
    await Promise.all([...this.#open].map((toPage) => toPage.close({ code: 1011, reason: "cut by the test" })));
    this.#open.clear();
  }

  mend(): void {
    this.#refusing = false;
  }

  #route(toPage: WebSocketRoute): void {
    if (this.#refusing) {
      void toPage.close({ code: 1011, reason: "cut by the test" });
      return;
    }
    const said: Said = { byPage: [], byServer: [] };
    this.connections.push(said);
    this.#open.add(toPage);
    const toServer = toPage.connectToServer();
    toPage.onMessage((message) => {
      said.byPage.push(readClientFrame(bytes(message)));
      toServer.send(message);
    });
    toServer.onMessage((message) => {
      if (this.#silent) return;
      said.byServer.push(readServerFrame(bytes(message)));
      toPage.send(message);
    });
  }
}

function bytes(message: string | Buffer): Uint8Array {
  if (typeof message === "string") throw new Error("the stream sent text; expected protobuf");
  return new Uint8Array(message);
}
