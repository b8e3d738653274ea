// Times as they are read.
import { expect, it } from "vitest";
import { moment } from "./time";

it("names the day only where it is another, and the year only where it is another", () => {
  const now = new Date(2026, 10, 22, 3, 5).getTime();
  expect(moment(new Date(2026, 10, 22, 7, 30).getTime(), now)).toBe("07:30");
  expect(moment(new Date(2026, 10, 23, 0, 4).getTime(), now)).toBe("11-23 00:04");
  expect(moment(new Date(2026, 11, 22, 7, 30).getTime(), now)).toBe("12-22 07:30");
  expect(moment(new Date(2027, 10, 22, 7, 30).getTime(), now)).toBe("2027-11-22");
});
