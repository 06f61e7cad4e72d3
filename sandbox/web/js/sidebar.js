// The list of chats, who one is, and how to make more of both.

import { look } from "./actions.js";
import { avatar } from "./avatars.js";
import { chooseWhoToBe, newGroup } from "./dialogs.js";
import { el, fill, icon, iconButton } from "./dom.js";
import { shortTime } from "./format.js";
import { isPrivate, nameOf, on, person, remembered, state } from "./store.js";
import { toggleTheme } from "./theme.js";

const who = el("button", { type: "button", class: "who", onclick: chooseWhoToBe });
const list = el("ul", { class: "chat-list" });
const filter = el("input", { type: "search", placeholder: "Search chats", "aria-label": "Search chats", autocomplete: "off", oninput: showList });
const notice = el("p", { class: "notice" });

export function sidebar() {
  on("me people", showWho);
  on("chats me place people", showList);
  on("switches", showNotice);
  return el("nav", { class: "sidebar", "aria-label": "Chats" },
    el("header", { class: "bar" }, who, el("span", { class: "stretch" }), iconButton("plus", "New group", newGroup), iconButton("moon", "Light or dark", toggleTheme, { class: "icon-button theme-button" })),
    el("label", { class: "search" }, icon("search"), filter), list, notice);
}

export const focusSearch = () => filter.focus();

/** The next or the previous chat of the list. */
export function step(by) {
  const places = [...list.querySelectorAll("button.chat")];
  const at = places.findIndex((place) => place.getAttribute("aria-current") === "true");
  places[(at + by + places.length) % places.length]?.click();
}

function showWho() {
  const me = person(state.me);
  fill(who, avatar(me.id, nameOf(me)), el("span", { class: "who-words" }, el("small", {}, "You are"), el("bdi", {}, nameOf(me))), icon("down"));
}

function showNotice() {
  fill(notice, el("strong", {}, "A sandbox."), " Nothing leaves this machine",
    state.switches.is_offline ? ": an offline stand-in answers, which knows nothing." : " but what the bot asks its model: a real one answers.");
}

function showList() {
  const wanted = filter.value.trim().toLowerCase();
  const chats = state.chats.filter((chat) => chat.title.toLowerCase().includes(wanted));
  const newestFirst = [...chats].sort((one, other) => (other.last?.date ?? 0) - (one.last?.date ?? 0) || Number(isPrivate(other)) - Number(isPrivate(one)));
  const hadFocus = list.contains(document.activeElement) ? document.activeElement.dataset.chat : null;
  fill(list, newestFirst.map(chatEntry));
  if (hadFocus) list.querySelector(`[data-chat="${hadFocus}"]`)?.focus();
}

function chatEntry(chat) {
  const isOpen = chat.id === state.chat;
  if (isOpen) remembered.set(`read.${state.me}.${chat.id}`, chat.last?.message_id ?? 0);
  const isNew = !isOpen && chat.last && chat.last.from !== state.me && chat.last.message_id > remembered.get(`read.${state.me}.${chat.id}`, 0);
  const gist = !chat.last ? "No messages yet" : chat.last.from === state.me ? `You: ${chat.last.text}` : isPrivate(chat) ? chat.last.text : `${person(chat.last.from).first_name}: ${chat.last.text}`;
  return el("li", {}, el("button", { type: "button", class: "chat", dataset: { chat: chat.id }, "aria-current": isOpen ? "true" : undefined, onclick: () => look({ chat: chat.id, topic: null }) },
    avatar(isPrivate(chat) ? state.switches.bot_id : chat.id, chat.title),
    el("span", { class: "chat-words" },
      el("span", { class: "chat-top" }, el("bdi", { class: "chat-title" }, chat.title), chat.last ? el("time", {}, shortTime(chat.last.date)) : null),
      el("span", { class: "chat-bottom" }, el("span", { class: "chat-gist", dir: "auto" }, gist), isNew ? el("span", { class: "badge", role: "img", "aria-label": "New messages" }) : null))));
}
