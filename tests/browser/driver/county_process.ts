// A county of two stations under rules of its own, imported with the command line and served: what the demo's rules never show.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { connectApi } from "../../../web-console/src/api/clients";
import { server } from "./programs";
import type { RoomAddress, RoomServer } from "./room_process";
import { ServerProcess } from "./server_process";

const SHIPPED_POLICY = resolve(import.meta.dirname, "../../../services/domain/src/policy/default.toml");
const PASSWORD = "correct horse battery";

export const COUNTY = "610990";
export const EAST = "610990-01";
export const WEST = "610990-02";
/** Where the east station is. */
const EAST_SEAT = { latE7: 376_000_000, lonE7: 1_088_500_000 };

/** Who is signed in: the county's desk and two operators of the east station's room. */
export const OPERATORS = { desk: COUNTY, east: EAST, relief: EAST } as const;
export type Operator = keyof typeof OPERATORS;

/** The units: call sign, kind, home, team. A01 is the officer's. */
const UNITS = [
  ["A01", "car", EAST, "case"],
  ["A02", "car", EAST, "case"],
  ["A03", "car", EAST, "community"],
  ["B01", "car", WEST, "case"],
  ["B02", "motorcycle", WEST, "community"],
] as const;
export const unitId = (callSign: string) => `${COUNTY}-${callSign.toLowerCase()}`;

/** How the county's rules differ from the shipped ones: proposals with a countdown, and clocks that a test can wait for. */
export const RULES = { confirmSlowMs: 60_000, confirmFastMs: 6_000, signMs: 15_000, safetyMs: 8_000, lostContactMs: 6_000, handOverMs: 8_000 };
const CHANGES: readonly [from: RegExp, to: string][] = [
  [/(level = 3\nmode = )"manual"/, `$1"confirm"\nconfirm_ms = ${RULES.confirmSlowMs}`],
  [/(level = 4\nmode = )"manual"/, `$1"confirm"\nconfirm_ms = ${RULES.confirmFastMs}`],
  [/sign_ms = 60000/, `sign_ms = ${RULES.signMs}`],
  [/safety_check_ms = 600000/, `safety_check_ms = ${RULES.safetyMs}`],
  [/lost_contact_ms = 120000/, `lost_contact_ms = ${RULES.lostContactMs}`],
  [/hand_over_ms = 900000/, `hand_over_ms = ${RULES.handOverMs}`],
  [/(\[attendance\]\nenabled = )true/, "$1false"],
];

const MANIFEST = `log_id = "${COUNTY}"
time_zone = "Asia/Shanghai"

[[agency]]
agency_id = "${COUNTY}"
level = "county"
name_zh = "试验县"
name_en = "Trial County"
`;

export class CountyProcess implements RoomServer {
  readonly address: RoomAddress;
  /** The session of each operator. */
  readonly tokens: Record<Operator, string>;
  /** The token of the gateway that reports positions. */
  readonly gatewayToken: string;
  #process: ServerProcess;
  #dir: string;

  private constructor(process: ServerProcess, dir: string, address: RoomAddress, tokens: Record<Operator, string>, gatewayToken: string) {
    this.#process = process;
    this.#dir = dir;
    this.address = address;
    this.tokens = tokens;
    this.gatewayToken = gatewayToken;
  }

  static async start(): Promise<CountyProcess> {
    const dir = await mkdtemp(join(tmpdir(), "oneroom-county-"));
    try {
      return await CountyProcess.#startIn(dir);
    } catch (failed) {
      await rm(dir, { recursive: true, force: true });
      throw failed;
    }
  }

  static async #startIn(dir: string): Promise<CountyProcess> {
    const data = ["--data", join(dir, "data")];
    const policy = join(dir, "policy.toml");
    await Promise.all([
      writeFile(join(dir, "org.toml"), MANIFEST),
      writeFile(join(dir, "boundaries.geojson"), JSON.stringify(boundaries())),
      writeFile(join(dir, "units.csv"), units()),
      writeFile(policy, rules(await readFile(SHIPPED_POLICY, "utf8"))),
    ]);
    await run(["org", "import", dir, "--policy", policy, ...data]);
    for (const [name, jurisdiction] of Object.entries(OPERATORS)) {
      await run(["user", "add", name, "--jurisdiction", jurisdiction, "--password-stdin", ...data], `${PASSWORD}\n`);
    }
    const officerToken = (await run(["device", "add", "--unit", unitId("A01"), ...data])).trim();
    const gatewayToken = (await run(["device", "add", "--gateway", "gateway-1", "--jurisdiction", COUNTY, ...data])).trim();
    const [process, origin] = await ServerProcess.start(["serve", "--listen", "127.0.0.1:0", "--log-format", "json", ...data], (said) => /"url":"([^"]+)"/.exec(said)?.[1] ?? null);
    const { session } = connectApi(() => "", origin);
    const signedIn = async (principalId: Operator) => [principalId, (await session.createSession({ principalId, password: PASSWORD })).token] as const;
    const tokens = Object.fromEntries(await Promise.all((Object.keys(OPERATORS) as Operator[]).map(signedIn))) as Record<Operator, string>;
    return new CountyProcess(process, dir, { origin, roomToken: tokens.desk, officerToken, officerAt: EAST_SEAT }, tokens, gatewayToken);
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

/** Runs a command to its end; gives what it printed. */
function run(flags: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(server(), flags, (error, stdout, stderr) => (error ? reject(new Error(`oneroom ${flags[0]} ${flags[1]}: ${stderr || error.message}`)) : resolve(stdout)));
    child.stdin?.end(input);
  });
}

function rules(shipped: string): string {
  return CHANGES.reduce((text, [from, to]) => {
    if (!from.test(text)) throw new Error(`the shipped policy has no ${from}; expected the line that this county changes`);
    return text.replace(from, to);
  }, shipped);
}

function boundaries(): object {
  const station = (agency_id: string, name_zh: string, name_en: string, west: number, seat: [number, number]) => ({
    type: "Feature",
    properties: { agency_id, parent: COUNTY, level: "station", name_zh, name_en, seat },
    geometry: { type: "Polygon", coordinates: [[[west, 37.5], [west + 0.1, 37.5], [west + 0.1, 37.7], [west, 37.7], [west, 37.5]]] },
  });
  const { latE7, lonE7 } = EAST_SEAT;
  return {
    type: "FeatureCollection",
    features: [station(EAST, "东派出所", "East Station", 108.8, [lonE7 / 1e7, latE7 / 1e7]), station(WEST, "西派出所", "West Station", 108.7, [108.75, 37.6])],
  };
}

function units(): string {
  const rows = UNITS.map(([callSign, kind, home, team]) => [unitId(callSign), callSign, kind, home, team, 2, 1, ""].join());
  return ["unit_id,call_sign,kind,home,team,sworn,auxiliary,capabilities", ...rows, ""].join("\n");
}

/** Every unit's call sign. */
export const CALL_SIGNS: readonly string[] = UNITS.map(([callSign]) => callSign);
