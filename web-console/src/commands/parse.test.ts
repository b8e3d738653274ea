// The command line: what is understood, what is pointed at, what is offered.
import { describe, expect, it } from "vitest";
import { UnitState } from "../gen/oneroom/v1alpha1/unit_pb";
import { incident, unit } from "../store/frames.testing";
import type { Effects, Vocabulary } from "./command";
import { complete, OFFERS } from "./complete";
import { parse } from "./parse";

const incidents = [incident(2041, { priority: 1 }), incident(2043), incident(2050), incident(2050, { day: 20261120 })];
const units = [unit("A12"), unit("B07"), unit("A01", UnitState.ENGAGED), unit("C31"), unit("C31", UnitState.AVAILABLE, "610825"), unit("A99", UnitState.OFF_DUTY)];
const vocabulary: Vocabulary = {
  incidents: () => incidents,
  units: () => units,
  dispositions: () => [
    { key: "handled", zh: "现场处置", en: "handled" },
    { key: "no_trace", zh: "未发现", en: "no trace" },
  ],
  reasons: (list) => [list === "hold" ? { key: "call_back", zh: "等待回拨", en: "Waiting for a call back" } : { key: "test", zh: "测试", en: "Test" }],
  agencies: () => [{ key: "610824-02", zh: "东所", en: "East Station" }],
  wartimeAreas: () => [{ key: "610824-03", zh: "西所", en: "West Station" }],
};

function understood(text: string) {
  const parsed = parse(text, vocabulary);
  if (!parsed.ok) throw new Error(parsed.problem.key);
  const { incident: to, units: who, disposition } = parsed.resolved;
  return { verb: parsed.command.verb, number: to?.number, units: who.map((one) => one.callSign), disposition };
}
function pointed(text: string) {
  const parsed = parse(text, vocabulary);
  if (parsed.ok) throw new Error("understood");
  const { key, start, end } = parsed.problem;
  return [key, text.slice(start, end)];
}

describe("parse", () => {
  it("assigns one or more units", () => {
    expect(understood("D 2041 A12")).toEqual({ verb: "D", number: 2041, units: ["A12"], disposition: "" });
    expect(understood("  d  #2041 a12   b07 ").units).toEqual(["A12", "B07"]);
  });

  it("takes what a Chinese keyboard makes of it", () => {
    expect(understood("Ｄ　２０４１　Ａ１２")).toMatchObject({ number: 2041, units: ["A12"] });
    expect(understood("C 2041 现场处置").disposition).toBe("handled");
  });

  it("closes by key or name, selects, opens", () => {
    expect(understood("C 2041 no_trace").disposition).toBe("no_trace");
    expect(understood("S 2043").number).toBe(2043);
    expect(understood("U B07").units).toEqual(["B07"]);
    expect(["N", "?", "？"].map((text) => understood(text).verb)).toEqual(["N", "?", "?"]);
  });

  it("takes reasons, priorities, agencies and a second incident", () => {
    const resolved = (text: string) => {
      const parsed = parse(text, vocabulary);
      if (!parsed.ok) throw new Error(parsed.problem.key);
      return parsed.resolved;
    };
    expect(resolved("H 2041 等待回拨").reason).toBe("call_back");
    expect(resolved("x 2041 test").reason).toBe("test");
    expect(resolved("P 2041 １").priority).toBe(1);
    expect(resolved("W 2041 东所").agencyId).toBe("610824-02");
    expect(resolved("W 2041 east_station").agencyId).toBe("610824-02");
    expect(resolved("M 2043 2041")).toMatchObject({ incident: { number: 2043 }, other: { number: 2041 } });
    expect(pointed("P 2041 5")).toEqual(["command_no_priority", "5"]);
    expect(pointed("H 2041 test")).toEqual(["command_no_reason", "test"]);
    expect(pointed("W 2041 nowhere")).toEqual(["command_no_agency", "nowhere"]);
    expect(pointed("H 2041")).toEqual(["command_missing_word", ""]);
    expect(pointed("M 2041 9999")).toEqual(["command_no_incident", "9999"]);
  });

  it("takes an area, a period and a reason for wartime mode, and ends it where it is on", () => {
    const resolved = (text: string) => {
      const parsed = parse(text, vocabulary);
      if (!parsed.ok) throw new Error(parsed.problem.key);
      return parsed.resolved;
    };
    expect(resolved("WT 东所 8 test")).toMatchObject({ agencyId: "610824-02", hours: 8, reason: "test" });
    expect(resolved("we west_station").agencyId).toBe("610824-03");
    expect(pointed("WT 东所 0 test")).toEqual(["command_no_hours", "0"]);
    expect(pointed("WT 东所 721 test")).toEqual(["command_no_hours", "721"]);
    expect(pointed("WT 东所 8 why")).toEqual(["command_no_reason", "why"]);
    expect(pointed("WE 东所")).toEqual(["command_no_wartime", "东所"]);
  });

  it("points at the token that is wrong", () => {
    expect(pointed("Y 2041")).toEqual(["command_unknown", "Y"]);
    expect(pointed("D 9999 A12")).toEqual(["command_no_incident", "9999"]);
    expect(pointed("D 2041 A12 Z99")).toEqual(["command_no_unit", "Z99"]);
    expect(pointed("D 2041 A12 a12")).toEqual(["command_unit_twice", "a12"]);
    expect(pointed("S 2041 A12")).toEqual(["command_too_much", "A12"]);
    expect(pointed("C 2041 gone")).toEqual(["command_no_disposition", "gone"]);
    expect(pointed("D 2041")).toEqual(["command_missing_unit", ""]);
    expect(pointed("D")).toEqual(["command_missing_incident", ""]);
    expect(pointed("U C31")).toEqual(["command_many_units", "C31"]);
  });

  it("asks which one when two days have the same number, and takes the full number", () => {
    expect(pointed("S 2050")).toEqual(["command_many_incidents", "2050"]);
    expect(understood("S 610824-20261120-2050").number).toBe(2050);
  });

  it("decides between equal call signs by the incident's log", () => {
    expect(understood("D 2041 C31").units).toEqual(["C31"]);
  });

  it("performs what was understood", async () => {
    const done: unknown[] = [];
    const effects = { assign: async (to, who) => void done.push(to.number, ...who.map((one) => one.callSign)) } as Partial<Effects> as Effects;
    const parsed = parse("D 2041 A12 B07", vocabulary);
    if (parsed.ok) await parsed.command.perform(parsed.resolved, effects);
    expect(done).toEqual([2041, "A12", "B07"]);
  });
});

describe("complete", () => {
  const offered = (text: string) => complete(text, text.length, vocabulary).offers.map((offer) => offer.text);

  it("offers numbers by urgency and free units first, never twice, never off duty", () => {
    expect(offered("D 20")).toEqual(["2041", "2043", "2050", "2050"]);
    expect(offered("D 2041 A")).toEqual(["A12", "A01"]);
    expect(offered("D 2041 A12 A")).toEqual(["A01"]);
    expect(offered("C 2041 ")).toEqual(["handled", "no_trace"]);
    expect(offered("C 2041 未")).toEqual(["no_trace"]);
  });

  it("says which part of the text an offer replaces", () => {
    expect(complete("D 20", 4, vocabulary)).toMatchObject({ start: 2, end: 4 });
    expect(complete("D 2041 ", 7, vocabulary)).toMatchObject({ start: 7, end: 7 });
  });

  it("stays short with 10,000 units", () => {
    const many = Array.from({ length: 10_000 }, (_, i) => unit(`X${String(i).padStart(5, "0")}`));
    const { offers } = complete("D 2041 X", 8, { ...vocabulary, units: () => many });
    expect(offers.map(({ text }) => text)).toEqual(many.slice(0, OFFERS).map(({ callSign }) => callSign));
  });
});
