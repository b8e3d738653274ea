// The server process of one spec file: an invented county on a free port, with crews and without callers or an operator.
import { type ChildProcess, spawn } from "node:child_process";
import { server } from "./programs";

/** Where to look, as the server says it when it is ready. */
export interface RoomAddress {
  origin: string;
  roomToken: string;
  officerToken: string;
  /** Where unit A01, the officer's, stands. */
  officerAt: { latE7: number; lonE7: number };
}

/** What was said on the way up is shown when it does not come up; no more than this is kept. */
const KEPT_CHARACTERS = 20_000;

export class RoomProcess {
  readonly address: RoomAddress;
  #child: ChildProcess;
  #ended: Promise<void>;
  #kill: () => void;

  private constructor(child: ChildProcess, ended: Promise<void>, kill: () => void, address: RoomAddress) {
    this.#child = child;
    this.#ended = ended;
    this.#kill = kill;
    this.address = address;
  }

  /** Starts the county of a seed and waits until it says where it is. */
  static async start(seed: number): Promise<RoomProcess> {
    const flags = ["demo", "--listen", "127.0.0.1:0", "--seed", String(seed), "--speed", "1", "--calls-per-hour", "0", "--no-operator"];
    const child = spawn(server(), flags, { stdio: ["ignore", "pipe", "pipe"] });
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    let said = "";
    const address = await new Promise<RoomAddress>((resolve, reject) => {
      const heard = (chunk: Buffer) => {
        if (said.length < KEPT_CHARACTERS) said += chunk.toString("utf8");
        const found = read(said);
        if (found) resolve(found);
      };
      child.stdout.on("data", heard);
      child.stderr.on("data", heard);
      child.once("error", reject);
      child.once("close", (code) => reject(new Error(`the server ended with ${code} before it was ready; it said:\n${said}`)));
    });
    return new RoomProcess(child, ended, kill, address);
  }

  /** Ends the server as Ctrl-C does, so that it removes its data, and waits until it is gone. */
  async stop(): Promise<void> {
    process.off("exit", this.#kill);
    this.#child.kill("SIGINT");
    const hard = setTimeout(this.#kill, 5_000);
    await this.#ended;
    clearTimeout(hard);
  }
}

function read(said: string): RoomAddress | null {
  const room = /^Room\s+(http:\/\/[^/\s]+)\/#token=(\S+)\s/m.exec(said);
  const officer = /^Officer\s+\S+#token=(\S+)\s/m.exec(said);
  const at = /"latE7":(-?\d+),"lonE7":(-?\d+)/.exec(said);
  if (!room || !officer || !at) return null;
  return { origin: room[1]!, roomToken: room[2]!, officerToken: officer[1]!, officerAt: { latE7: Number(at[1]), lonE7: Number(at[2]) } };
}
