// The call that is being written down. It outlives the form: closing it or switching the language loses nothing.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { newRequestId } from "../api/retry";
import { CallSource } from "../gen/oneroom/v1alpha1/call_pb";
import type { ReportIncidentRequestSchema } from "../gen/oneroom/v1alpha1/intake_service_pb";
import { Datum } from "../gen/oneroom/v1alpha1/place_pb";

type Request = MessageInitShape<typeof ReportIncidentRequestSchema>;

/** Texts are taken as typed; numbers are read only when the draft is sent. */
export class IntakeDraft {
  source: CallSource = $state(CallSource.EMERGENCY_110);
  category = $state("");
  type = $state("");
  /** 0 takes the policy's. */
  priority = $state(0);
  latitude = $state("");
  longitude = $state("");
  datum: Datum = $state(Datum.WGS84);
  address = $state("");
  narrative = $state("");
  callerPhone = $state("");
  callerName = $state("");

  #sent = "";
  #requestId = "";

  clear(): void {
    this.category = this.type = this.latitude = this.longitude = this.address = this.narrative = this.callerPhone = this.callerName = "";
    this.priority = 0;
    this.source = CallSource.EMERGENCY_110;
    this.datum = Datum.WGS84;
    this.#sent = "";
  }

  /** A point from the map, which is WGS-84. */
  setPlace(latitude: number, longitude: number): void {
    this.latitude = latitude.toFixed(6);
    this.longitude = longitude.toFixed(6);
    this.datum = Datum.WGS84;
  }

  /** The place as typed, where it can be read. */
  place(): { position: { latE7: number; lonE7: number }; datum: Datum } | null {
    const latE7 = degreesE7(this.latitude);
    const lonE7 = degreesE7(this.longitude);
    return latE7 !== null && lonE7 !== null ? { position: { latE7, lonE7 }, datum: this.datum } : null;
  }

  /** The fields that cannot be read as numbers. What numbers mean is the server's to judge. */
  unreadable(): ("latitude" | "longitude")[] {
    if (this.latitude.trim() === "" && this.longitude.trim() === "") return [];
    return (["latitude", "longitude"] as const).filter((field) => degreesE7(this[field]) === null);
  }

  /** The request. The same content keeps its request id, so that sending it again cannot open a second incident. */
  request(): Request {
    const content: Request = {
      source: this.source,
      classification: { category: this.category, type: this.type },
      ...this.place(),
      address: this.address.trim(),
      narrative: this.narrative.trim(),
      callerPhone: this.callerPhone.trim(),
      callerName: this.callerName.trim(),
      priority: this.priority,
    };
    const sent = JSON.stringify(content);
    if (sent !== this.#sent) {
      this.#sent = sent;
      this.#requestId = newRequestId();
    }
    return { ...content, requestId: this.#requestId };
  }
}

/** Degrees as typed (also full-width digits) × 10⁷; null when it is no number or does not fit the field. */
export function degreesE7(text: string): number | null {
  const plain = text.normalize("NFKC").trim();
  if (!/^[+-]?\d+(\.\d*)?$/.test(plain)) return null;
  const value = Math.round(Number(plain) * 1e7);
  return Math.abs(value) <= 0x7fff_ffff ? value : null;
}
