// What the server refused and why, in one line for people and by field for forms.
import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "../gen/google/rpc/error_details_pb";
import type { MessageKey } from "../messages/zh";

/** A refusal as the screen needs it. */
export interface Refusal {
  code: Code;
  /** The message that names the kind of refusal. */
  key: MessageKey;
  /** The server's own words: what was wrong, where, what was expected. */
  detail: string;
  /** Wrong fields with what was expected, by field path. */
  fields: Record<string, string>;
  /** Who holds what was wanted; empty when the server named nobody. */
  holder: string;
}

const KEYS: Partial<Record<Code, MessageKey>> = {
  [Code.InvalidArgument]: "error_invalid",
  [Code.FailedPrecondition]: "error_not_now",
  [Code.Aborted]: "error_lost_race",
  [Code.AlreadyExists]: "error_same_request",
  [Code.NotFound]: "error_not_found",
  [Code.PermissionDenied]: "error_not_allowed",
  [Code.Unauthenticated]: "error_signed_out",
  [Code.Unavailable]: "error_unavailable",
  [Code.DeadlineExceeded]: "error_timeout",
  [Code.ResourceExhausted]: "error_too_much",
};
const FIELD_IN_MESSAGE = /^([a-z][a-z0-9_.[\]]*): (.+)$/;

/** Reads any thrown value. */
export function refusal(thrown: unknown): Refusal {
  const error = ConnectError.from(thrown);
  const fields: Record<string, string> = {};
  for (const bad of error.findDetails(BadRequestSchema)) {
    for (const { field, description } of bad.fieldViolations) fields[field] = description;
  }
  if (error.code === Code.InvalidArgument && Object.keys(fields).length === 0) {
    const found = FIELD_IN_MESSAGE.exec(error.rawMessage);
    if (found?.[1] && found[2]) fields[found[1]] = found[2];
  }
  const info = error.findDetails(ErrorInfoSchema)[0];
  // fetch() reports a dead network as a TypeError, which Connect words as "unknown".
  const offline = error.code === Code.Unknown && error.cause instanceof TypeError;
  return {
    code: offline ? Code.Unavailable : error.code,
    key: (offline ? "error_unavailable" : KEYS[error.code]) ?? "error_other",
    detail: error.rawMessage,
    fields,
    holder: info?.metadata["holder"] ?? "",
  };
}

/** Whether the same request, with the same id, is worth sending again: nobody knows that it was refused. */
export function isWorthRetrying({ code }: Refusal): boolean {
  return code === Code.Unavailable || code === Code.DeadlineExceeded || code === Code.Unknown || code === Code.ResourceExhausted || code === Code.Internal;
}
