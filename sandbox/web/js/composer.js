// The message field: words, files, places; answers and changes; commands and mentions while they are typed.

import { edit, say } from "./actions.js";
import { attachMenu, sendFiles } from "./attach.js";
import { compose } from "./compose_state.js";
import { el, fill, icon, iconButton } from "./dom.js";
import { gistOf } from "./message.js";
import { micButton, record } from "./recorder.js";
import { keyboardToggle, replyKeyboard } from "./reply_keyboard.js";
import { currentChat, inOrder, isPrivate, nameOf, on, person, placeKey, remembered, state } from "./store.js";
import { Suggestions } from "./suggestions.js";

const MOST_CHARACTERS = 4096;
const MOST_ROWS_PIXELS = 220;
let place = null;
let isToBeFocused = false; // once the chat is there

const field = el("textarea", { id: "composer", rows: "1", placeholder: "Message", "aria-label": "Message", dir: "auto", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": "suggestions", role: "combobox", "aria-expanded": "false", oninput: onInput, onkeydown: onKey, onpaste: onPaste });
const about = el("div", { class: "about", hidden: true });
const send = iconButton("send", "Send", submit, { class: "icon-button send" });
const mic = micButton(() => {
  row.hidden = true;
  record(row.parentElement, showRow).then(() => row.parentElement.querySelector(".recording") ?? showRow());
});
const row = el("div", { class: "composer-row" });
const suggestions = new Suggestions(field, pick);

export function composer() {
  on("place", changePlace);
  on("chats", focusIfDue);
  compose.onchange(showAbout);
  const commands = iconButton("command", "Commands", () => insert("/"), { class: "icon-button" });
  row.append(attachMenu(), el("div", { class: "field" }, field, commands, keyboardToggle), send, mic);
  return el("footer", { class: "composer" }, suggestions.node, about, row, replyKeyboard((words) => { field.placeholder = words || "Message"; }));
}

/** What was begun in a place waits there, also over a reload. */
function changePlace() {
  if (compose.mode !== "say") compose.cancel();
  place = placeKey();
  field.value = remembered.get(`unsent.${place}`, "");
  suggestions.close();
  grow();
  isToBeFocused = !matchMedia("(hover: none) and (pointer: coarse)").matches; // no keyboard jumps up on a phone
  focusIfDue();
}

function focusIfDue() {
  if (!isToBeFocused || currentChat() === null || document.querySelector("dialog[open]")) return;
  isToBeFocused = false;
  requestAnimationFrame(() => field.focus({ preventScroll: true }));
}

function onInput() {
  if (compose.mode !== "edit") remembered.set(`unsent.${place}`, field.value || null);
  grow();
  suggestions.update();
}

function grow() {
  if (!CSS.supports("field-sizing", "content")) {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, MOST_ROWS_PIXELS)}px`;
  }
  const isEmpty = field.value.trim() === "";
  send.hidden = isEmpty;
  mic.hidden = !isEmpty;
}

function showRow() {
  row.hidden = false;
  field.focus();
}

function onKey(event) {
  if (suggestions.onKey(event)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  } else if (event.key === "Escape" && compose.mode !== "say") {
    event.stopPropagation();
    compose.cancel();
  } else if (event.key === "ArrowUp" && field.value === "") {
    const mine = inOrder().findLast((message) => message.from.id === state.me && message.text);
    if (mine) {
      event.preventDefault();
      compose.edit(mine);
    }
  }
}

function onPaste(event) {
  if (event.clipboardData.files.length === 0) return;
  event.preventDefault();
  sendFiles([...event.clipboardData.files]);
}

async function submit() {
  const text = field.value.trim();
  if (!text) return;
  const { mode, message, quote } = compose;
  set("");
  remembered.set(`unsent.${place}`, null);
  if (mode !== "say") compose.cancel();
  if (mode === "edit") await edit(message.message_id, text);
  else for (const piece of pieces(text)) await say(piece, mode === "reply" ? { reply_to: message.message_id, quote } : {});
}

/** As clients do: a text that is too long goes out as several messages. */
function pieces(text) {
  const found = [];
  const characters = [...text];
  for (let at = 0; at < characters.length; at += MOST_CHARACTERS) found.push(characters.slice(at, at + MOST_CHARACTERS).join(""));
  return found;
}

function set(text) {
  field.value = text;
  field.setSelectionRange(text.length, text.length);
  suggestions.update();
  grow();
  field.focus();
}

function insert(text) {
  if (!field.value.startsWith(text)) set(text + field.value);
  suggestions.update();
  field.focus();
}

/** In a group a command is addressed, as clients do it, so that no other bot feels meant. */
function pick({ command, mention }, from, to) {
  if (command) {
    const chat = currentChat();
    set("");
    say(isPrivate(chat) ? `/${command}` : `/${command}@${person(state.switches.bot_id).username}`);
    return;
  }
  const text = `${field.value.slice(0, from)}@${mention} ${field.value.slice(to)}`;
  set(text);
  field.setSelectionRange(from + mention.length + 2, from + mention.length + 2);
}

function showAbout() {
  const { mode, message, quote } = compose;
  about.hidden = mode === "say";
  if (mode === "edit") set(message.text ?? message.caption ?? "");
  else if (mode === "reply") field.focus();
  else set(remembered.get(`unsent.${place}`, ""));
  if (mode === "say") return;
  const title = mode === "edit" ? "Edit the message" : `Reply to ${nameOf(message.from)}`;
  fill(about, icon(mode === "edit" ? "edit" : "reply"), el("div", { class: "about-words" }, el("bdi", { class: "about-title" }, title), el("span", { class: "about-text", dir: "auto" }, quote ?? gistOf(message))),
    iconButton("close", mode === "edit" ? "Do not edit" : "Do not reply", () => compose.cancel()));
}
