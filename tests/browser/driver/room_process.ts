// The server process of one spec file: an invented county on a free port, with crews and without callers or an operator.
import { ServerProcess } from "./server_process";

/** Where to look, as the server says it when it is ready. */
export interface RoomAddress {
  origin: string;
  roomToken: string;
  officerToken: string;
  /** Where unit A01, the officer's, stands. */
  officerAt: { latE7: number; lonE7: number };
}

/** A server with a room in it. */
export interface RoomServer {
  readonly address: RoomAddress;
  stop(): Promise<void>;
}

/** Without story events, mishaps and the tour's card. */
const QUIET = ["--no-stories", "--no-mishaps", "--no-tour"];

export class RoomProcess implements RoomServer {
  readonly address: RoomAddress;
  #process: ServerProcess;

  private constructor(process: ServerProcess, address: RoomAddress) {
    this.#process = process;
    this.address = address;
  }

  /** Starts the county of a seed and waits until it says where it is. Nothing happens in it by itself, unless other flags say so. */
  static async start(seed: number, flags: readonly string[] = QUIET): Promise<RoomProcess> {
    return RoomProcess.#begin(["demo", "--listen", "127.0.0.1:0", "--seed", String(seed), "--speed", "1", "--calls-per-hour", "0", "--no-operator", ...flags]);
  }

  static async #begin(flags: string[]): Promise<RoomProcess> {
    const [process, address] = await ServerProcess.start(flags, read);
    return new RoomProcess(process, address);
  }

  /** Ends the server, which removes its data. */
  stop(): Promise<void> {
    return this.#process.stop();
  }
}

function read(said: string): RoomAddress | null {
  const room = /^Room\s+(http:\/\/[^/\s]+)\/#token=(\S+)\s/m.exec(said);
  const officer = /^Officer\s+\S+#token=(\S+)\s/m.exec(said);
  const at = /"latE7":(-?\d+),"lonE7":(-?\d+)/.exec(said);
  if (!room || !officer || !at) return null;
  return { origin: room[1]!, roomToken: room[2]!, officerToken: officer[1]!, officerAt: { latE7: Number(at[1]), lonE7: Number(at[2]) } };
}
