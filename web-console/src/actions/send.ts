// Sends one command until it is answered and says in one line what came of it.
import { untilAnswered } from "../api/retry";
import type { Console } from "../console/console.svelte";
import type { Values } from "../messages/language.svelte";
import type { MessageKey } from "../messages/zh";

/** What was answered, or null when it was refused, which is said too. `done` words the answer. */
export async function send<A>(console: Console, call: () => Promise<A>, done: (answer: A) => [MessageKey, Values]): Promise<A | null> {
  console.say("working", "sending");
  let answer: A;
  try {
    answer = await untilAnswered(call);
  } catch (thrown) {
    console.sayRefusal(thrown);
    return null;
  }
  console.say("done", ...done(answer));
  return answer;
}
