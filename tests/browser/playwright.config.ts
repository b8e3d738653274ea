// How the browser tests run: Debian's Chromium without a GPU, two workers, nothing downloaded.
import { defineConfig } from "@playwright/test";
import { chromium } from "./driver/programs";

export default defineConfig({
  testDir: "specs",
  outputDir: "output",
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    browserName: "chromium",
    headless: true,
    viewport: { width: 1600, height: 900 },
    locale: "en-GB",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: chromium(),
      args: [
        "--no-sandbox",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
