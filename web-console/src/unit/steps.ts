// What an officer does next: the assignment's state on the stream, carried on by taps that are on their way.
import { type Assignment, AssignmentState } from "../gen/oneroom/v1alpha1/assignment_pb";
import type { Tap, TapKind } from "./tap";

/** The big button's step. */
export type Step = "acknowledge" | "mark_en_route" | "mark_on_scene" | "clear";

const AFTER_TAP: Partial<Record<TapKind, AssignmentState>> = {
  mark_delivered: AssignmentState.DELIVERED,
  mark_seen: AssignmentState.SEEN,
  acknowledge: AssignmentState.ACKNOWLEDGED,
  mark_en_route: AssignmentState.EN_ROUTE,
  mark_on_scene: AssignmentState.ON_SCENE,
  clear: AssignmentState.CLEARED,
  decline: AssignmentState.DECLINED,
};

/** The state as the officer has tapped it, which may be ahead of what the server has heard; never behind it. */
export function tappedState(assignment: Assignment, unseen: readonly Tap[]): AssignmentState {
  let state = assignment.state;
  for (const { body } of unseen) {
    if (!("assignmentId" in body) || body.assignmentId !== assignment.assignmentId) continue;
    const after = AFTER_TAP[body.kind];
    if (after !== undefined && after > state) state = after;
  }
  return state;
}

/** The next step from a state; null when there is none. */
export function nextStep(state: AssignmentState): Step | null {
  switch (state) {
    case AssignmentState.OFFERED:
    case AssignmentState.DELIVERED:
    case AssignmentState.SEEN:
      return "acknowledge";
    case AssignmentState.ACKNOWLEDGED:
      return "mark_en_route";
    case AssignmentState.EN_ROUTE:
      return "mark_on_scene";
    case AssignmentState.ON_SCENE:
      return "clear";
    default:
      return null;
  }
}
