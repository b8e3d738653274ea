// Where the two programs under test are: the server that was built and the browser that is installed.
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../../..");
const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];

/** The server: ONEROOM_BIN, else what `cargo build` leaves. */
export function server(): string {
  const target = resolve(ROOT, process.env["CARGO_TARGET_DIR"] ?? "target");
  const path = process.env["ONEROOM_BIN"] ?? join(target, "debug", "oneroom");
  if (!existsSync(path)) throw new Error(`${path} does not exist; expected the server: cargo build --bins, or ONEROOM_BIN=path`);
  return path;
}

/** The browser: CHROMIUM_BIN, else the first of the usual names on the PATH. */
export function chromium(): string {
  const named = process.env["CHROMIUM_BIN"];
  if (named) return named;
  for (const name of BROWSERS) {
    const found = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (found) return found;
  }
  throw new Error(`no ${BROWSERS.join(", ")} on the PATH; expected one to be installed, or CHROMIUM_BIN=path`);
}
