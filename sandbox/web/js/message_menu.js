// The menu of a message: reply, quote, copy, edit, forward, delete.

import { albumOf } from "./albums.js";
import { react, remove, stopPoll } from "./actions.js";
import { copyText } from "./code.js";
import { compose } from "./compose_state.js";
import { chooseItem, chooseWhereToForward } from "./dialogs.js";
import { el, icon } from "./dom.js";
import { state } from "./store.js";

const REACTIONS = ["👍", "❤", "🔥", "😁", "😢", "🎉"];
let open = null;

export function openMenu(message, event) {
  event.preventDefault();
  closeMenu();
  const opener = document.activeElement;
  const items = entriesOf(message).map(([sign, label, act]) => el("button", { type: "button", role: "menuitem", class: "menu-item", onclick: () => {
    closeMenu();
    act();
  } }, icon(sign), label));
  const reactions = REACTIONS.map((emoji) => el("button", { type: "button", role: "menuitem", class: "menu-reaction", "aria-label": `React with ${emoji}`, onclick: () => {
    closeMenu();
    react(message.message_id, emoji);
  } }, emoji));
  open = el("div", { class: "menu", role: "menu", "aria-label": "Message" }, el("div", { class: "menu-reactions", role: "group", "aria-label": "React" }, reactions), items);
  open.addEventListener("keydown", (pressed) => move(pressed, [...reactions, ...items], opener));
  document.body.append(open);
  place(open, event);
  items[0].focus();
  setTimeout(() => document.addEventListener("click", closeMenu, { once: true }));
}

function closeMenu() {
  open?.remove();
  open = null;
}

function entriesOf(message) {
  const words = message.text ?? message.caption ?? "";
  const quote = quotedIn(message, words);
  const album = albumOf(message);
  const isMine = message.from.id === state.me;
  return [
    ["reply", "Reply", () => compose.reply(message)],
    quote && ["reply", `Quote “${quote.slice(0, 24)}${quote.length > 24 ? "…" : ""}”`, () => compose.reply(message, quote)],
    words && ["copy", "Copy text", () => copyText(words)],
    isMine && words && ["edit", "Edit", () => compose.edit(message)],
    isMine && message.poll && !message.poll.is_closed && !message.forward_origin && ["stop", "Close the poll", () => stopPoll(message.message_id)],
    ["forward", album.length > 1 ? "Forward the album" : "Forward", () => chooseWhereToForward(album)],
    ...deletions(message, album),
  ].filter(Boolean);
}

function deletions(message, album) {
  if (album.length === 1) return [["trash", "Delete", () => remove(message.message_id)]];
  return [
    ["trash", `Delete all ${album.length}`, () => album.forEach((one) => remove(one.message_id))],
    ["trash", "Delete one of them", () => chooseItem("Delete which one?", album, (one) => remove(one.message_id))],
  ];
}

/** The words marked in this message, if they are its own. */
function quotedIn(message, words) {
  const selection = document.getSelection();
  const marked = selection.toString().trim();
  const inside = selection.anchorNode?.parentElement?.closest(`[data-id="${message.message_id}"]`);
  return marked && inside && words.includes(marked) ? marked : "";
}

function move(pressed, items, opener) {
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 };
  if (pressed.key in steps) {
    pressed.preventDefault();
    items.at((at + steps[pressed.key]) % items.length).focus();
  } else if (pressed.key === "Escape" || pressed.key === "Tab") {
    pressed.preventDefault();
    pressed.stopPropagation();
    closeMenu();
    opener?.focus();
  }
}

function place(menu, event) {
  const target = event.currentTarget.getBoundingClientRect();
  const byMouse = event.type === "contextmenu" && event.clientX > 0;
  const x = byMouse ? event.clientX : target.left;
  const y = byMouse ? event.clientY : target.bottom;
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - menu.offsetHeight - 8))}px`;
}
