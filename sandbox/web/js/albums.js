// Albums: photos and files that were sent together and are shown together, as one message.

import { state } from "./store.js";

/** The messages of the album a message belongs to, or that message alone. */
export function albumOf(message) {
  if (!message.media_group_id) return [message];
  const together = [...state.messages.values()].filter((one) => one.media_group_id === message.media_group_id && one.from.id === message.from.id);
  return together.sort((one, other) => one.message_id - other.message_id);
}

/** True if it is shown as a part of an earlier message. */
export const isLedBy = (message) => albumOf(message)[0].message_id !== message.message_id;
