// The keyboard that a bot puts under the message field, and the answers it forces.

import { say } from "./actions.js";
import { askForPlace, askForPoll } from "./attach.js";
import { compose } from "./compose_state.js";
import { confirm } from "./dialog.js";
import { el, fill, iconButton } from "./dom.js";
import { currentChat, inOrder, isPrivate, on, person, state } from "./store.js";
import { toast } from "./toasts.js";

let isOpen = false;
let shownFor = null; // the message that brought the keyboard, and whether it was used
let forcedBy = null;

const node = el("div", { class: "reply-keyboard", role: "group", "aria-label": "Answers", hidden: true });
export const keyboardToggle = iconButton("keyboard", "Answers to choose from", () => show(!isOpen), { hidden: true, "aria-expanded": "false" });

/** `onplaceholder` hears what is to stand in the empty field. */
export function replyKeyboard(onplaceholder) {
  on("keyboard place", () => changed(onplaceholder));
  on("messages keyboard", forceReply);
  return node;
}

function changed(onplaceholder) {
  const { keyboard } = state;
  const rows = keyboard?.markup.keyboard ?? [];
  onplaceholder(keyboard?.markup.input_field_placeholder ?? "");
  const key = keyboard && `${state.chat}/${keyboard.message_id}/${Boolean(keyboard.is_used)}`;
  keyboardToggle.hidden = rows.length === 0 || Boolean(keyboard.markup.is_persistent);
  node.classList.toggle("resized", Boolean(keyboard?.markup.resize_keyboard));
  fill(node, rows.map((row) => el("div", { class: "keyboard-row" }, row.map((button) => el("button", { type: "button", class: `key ${button.style ?? ""}`, dir: "auto", onclick: () => press(button) }, button.text)))));
  if (key === shownFor) return show(isOpen && rows.length > 0);
  shownFor = key;
  show(rows.length > 0 && (!keyboard.is_used || Boolean(keyboard.markup.is_persistent)));
}

function show(isNow) {
  isOpen = isNow;
  node.hidden = !isOpen;
  keyboardToggle.setAttribute("aria-expanded", String(isOpen));
}

/** In a group the answer names the message it is to, so that a bot in privacy mode hears of it. */
const answering = () => (isPrivate(currentChat()) ? {} : { reply_to: state.keyboard.message_id });

async function press(button) {
  if (button.request_contact) return sendContact();
  if (button.request_location) return askForPlace();
  if (button.request_poll) return askForPoll(button.request_poll.type);
  const isMore = Object.keys(button).some((name) => name.startsWith("request_") || name === "web_app");
  return isMore ? toast("This button opens something that the sandbox does not have") : say(button.text, answering());
}

function sendContact() {
  const me = person(state.me);
  const contact = { phone_number: `+1555${String(me.id).slice(-7).padStart(7, "0")}`, first_name: me.first_name, ...(me.last_name ? { last_name: me.last_name } : {}), user_id: me.id };
  confirm("Share your phone number?", `The bot will know the number ${contact.phone_number}, which exists in this sandbox only.`, "Share", () => say("", { fields: { contact } }));
}

/** A bot that asks for an answer gets one: the field is set to reply, once. */
function forceReply() {
  const newest = inOrder().at(-1);
  const forced = state.keyboard?.markup.force_reply && !state.keyboard.is_used ? state.keyboard.message_id : newest?.reply_markup?.force_reply ? newest.message_id : null;
  const message = forced === null ? undefined : state.messages.get(forced);
  const key = message && `${state.chat}/${forced}`;
  if (!message || key === forcedBy) return;
  forcedBy = key;
  compose.reply(message);
}
