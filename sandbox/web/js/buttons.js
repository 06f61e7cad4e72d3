// Keyboards under messages: a tap, its answer, links, and what is copied.

import { tap } from "./actions.js";
import { copyText } from "./code.js";
import { el } from "./dom.js";
import { safeUrl } from "./format.js";
import { bot, nameOf } from "./store.js";
import { alertBox, toast } from "./toasts.js";

export function keyboardOf(message) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length === 0) return null;
  return el("div", { class: "keyboard", role: "group", "aria-label": "Buttons" },
    rows.map((row) => el("div", { class: "keyboard-row" }, row.map((button) => tapButton(message.message_id, button)))));
}

/** A button of a message, as it was described by the bot. */
export function tapButton(messageId, button, words = button.text) {
  const look = `tap ${button.style ?? ""}`;
  if (button.url !== undefined) {
    const href = safeUrl(button.url);
    return el(href ? "a" : "span", { class: `${look} external`, href, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, words);
  }
  const pressed = el("button", { type: "button", class: look, dir: "auto", onclick: () => press(messageId, button, pressed), disabled: "disabled" in button }, words);
  return pressed;
}

async function press(messageId, button, pressed) {
  if (button.copy_text) return copyText(button.copy_text.text);
  if (button.callback_data === undefined) return toast("This button opens something that the sandbox does not have");
  pressed.setAttribute("aria-busy", "true");
  const answer = await tap(messageId, button.callback_data);
  pressed.removeAttribute("aria-busy");
  if (answer === null) return toast("The bot did not answer the tap", "error");
  if (!answer?.text) return undefined;
  return answer.show_alert ? alertBox(nameOf(bot()), answer.text) : toast(answer.text);
}
