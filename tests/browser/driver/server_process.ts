// One server process: started, listened to until it says where it is, ended as Ctrl-C does.
import { type ChildProcess, spawn } from "node:child_process";
import { server } from "./programs";

/** What was said on the way up is shown when it does not come up; no more than this is kept. */
const KEPT_CHARACTERS = 20_000;

export class ServerProcess {
  #child: ChildProcess;
  #ended: Promise<void>;
  #kill: () => void;

  private constructor(child: ChildProcess, ended: Promise<void>, kill: () => void) {
    this.#child = child;
    this.#ended = ended;
    this.#kill = kill;
  }

  /** Starts the server and waits until `read` finds in what it says that it is ready. */
  static async start<A>(flags: readonly string[], read: (said: string) => A | null): Promise<[ServerProcess, A]> {
    const child = spawn(server(), flags, { stdio: ["ignore", "pipe", "pipe"] });
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    let said = "";
    const found = await new Promise<A>((resolve, reject) => {
      const heard = (chunk: Buffer) => {
        if (said.length < KEPT_CHARACTERS) said += chunk.toString("utf8");
        const answer = read(said);
        if (answer !== null) resolve(answer);
      };
      child.stdout.on("data", heard);
      child.stderr.on("data", heard);
      child.once("error", reject);
      child.once("close", (code) => reject(new Error(`the server ended with ${code} before it was ready; it said:\n${said}`)));
    });
    return [new ServerProcess(child, ended, kill), found];
  }

  /** Ends the server as Ctrl-C does and waits until it is gone. */
  async stop(): Promise<void> {
    process.off("exit", this.#kill);
    this.#child.kill("SIGINT");
    const hard = setTimeout(this.#kill, 5_000);
    await this.#ended;
    clearTimeout(hard);
  }
}
