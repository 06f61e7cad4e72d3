// Puts the page together, keeps what the sandbox tells, and listens to the keyboard.

import { addressed, look, use } from "./actions.js";
import { takeDrops } from "./attach.js";
import { behind, receiveBehind, restoreBehind } from "./behind.js";
import { composer } from "./composer.js";
import { conversation } from "./conversation.js";
import { el, fill } from "./dom.js";
import { header } from "./header.js";
import { focusSearch, sidebar, step } from "./sidebar.js";
import { Socket } from "./socket.js";
import { changed, currentChat, on, remembered, state } from "./store.js";
import { applyTheme } from "./theme.js";

applyTheme();
const app = document.getElementById("app");
const offline = el("p", { class: "offline", role: "alert", hidden: true }, "The sandbox cannot be reached. Trying again…");
const room = el("main", { class: "room", "aria-label": "Chat" }, offline, header(), conversation(), composer());
const nowhere = el("div", { class: "nowhere" }, el("p", {}, "Choose a chat"));
fill(app, sidebar(), el("div", { class: "middle" }, room, nowhere), behind());
takeDrops(room);

const socket = new Socket({ onopen: arrive, onclose: () => show(false), onmessage: receive });
use(socket);

function show(isConnected) {
  state.connected = isConnected;
  offline.hidden = isConnected;
}

/** On the first connection and on every later one: where the address says, or at home. */
async function arrive() {
  show(true);
  const { user, chat, topic } = addressed();
  state.me = null;
  if (user !== null && (await look({ user, chat, topic, replace: true })) === undefined) {
    state.me = null; // the address is of another sandbox, or of a chat that is no more
    if (state.people.size > 0) goHome();
  }
  restoreBehind();
}

function receive(told) {
  if (told.calls || told.requests) receiveBehind(told);
  if (!told.news) return;
  const { people, switches, chats, room: here } = told.news;
  const subjects = [];
  if (people) {
    state.people = new Map(people.map((one) => [one.id, one]));
    subjects.push("people");
  }
  if (switches) {
    state.switches = switches;
    subjects.push("switches");
  }
  if (chats) {
    state.chats = chats;
    subjects.push("chats");
  }
  if (here && here.user === state.me && here.chat_id === state.chat && here.topic === state.topic) subjects.push(...receiveRoom(here));
  changed(...subjects);
  if (state.me === null && people) goHome();
}

function receiveRoom(here) {
  const subjects = [];
  for (const message of here.messages ?? []) state.messages.set(message.message_id, message);
  for (const id of here.removed ?? []) state.messages.delete(id);
  if (here.messages || here.removed) subjects.push("messages");
  for (const name of ["draft", "action", "commands", "keyboard"]) {
    if (!(name in here)) continue;
    state[name] = here[name];
    subjects.push(name);
  }
  if ("has_older" in here) state.hasOlder = here.has_older;
  return subjects;
}

/** The private chat of whoever one was last, or of the first person there is. */
function goHome() {
  const last = remembered.get("me", null);
  const user = state.people.has(last) ? last : [...state.people.values()].find((one) => !one.is_bot).id;
  look({ user, chat: user, replace: true });
}

on("place chats", () => {
  app.classList.toggle("in-room", currentChat() !== null);
  const chat = currentChat();
  document.title = chat ? `${chat.title} – Parley sandbox` : "Parley sandbox";
});

addEventListener("popstate", () => {
  const { user, chat, topic } = addressed();
  if (user !== null) look({ user, chat, topic, replace: true });
});

addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "k") focusSearch();
  else if (event.altKey && event.key === "ArrowDown") step(1);
  else if (event.altKey && event.key === "ArrowUp") step(-1);
  else if (event.key === "Escape") document.getElementById("composer").focus();
  else return;
  event.preventDefault();
});
