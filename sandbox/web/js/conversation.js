// The messages of the open chat: in order, with days between them, the growing draft at the end.

import { older, stopDraft, say } from "./actions.js";
import { avatar } from "./avatars.js";
import { el, fill, icon } from "./dom.js";
import { day, dayKey } from "./format.js";
import { albumOf, isLedBy } from "./albums.js";
import { messageNode, words } from "./message.js";
import { bot, currentChat, isPrivate, nameOf, on, state } from "./store.js";

const NEAR_END_PIXELS = 80;
const JOINED_SECONDS = 300;
const nodes = new Map(); // message id -> { message, node }
let isStuck = true;
let lastTop = 0;
let unseen = 0;
let isAskingOlder = false;

const list = el("div", { class: "list" });
const growing = el("div", { class: "growing" });
const empty = el("div", { class: "empty" });
const log = el("div", { class: "log", role: "log", "aria-label": "Messages", tabindex: "0", onscroll: onScroll }, el("div", { class: "spacer" }), empty, list, growing);
const jump = el("button", { type: "button", class: "jump", "aria-label": "Go to the newest message", hidden: true, onclick: () => stick(true) }, icon("down"), el("span", { class: "count" }));

export function conversation() {
  on("place", clear);
  on("messages", showMessages);
  on("draft action", showGrowing);
  on("messages chats people switches", showEmpty);
  new ResizeObserver(() => isStuck && toEnd()).observe(list);
  new ResizeObserver(() => isStuck && toEnd()).observe(growing);
  new ResizeObserver(() => isStuck && toEnd()).observe(log);
  return el("div", { class: "conversation" }, log, jump);
}

function clear() {
  nodes.clear();
  list.replaceChildren();
  isAskingOlder = false;
  stick(true);
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
}

function stick(isNow) {
  isStuck = isNow;
  if (isNow) {
    unseen = 0;
    toEnd();
  }
  jump.hidden = isStuck;
  jump.querySelector(".count").textContent = unseen || "";
}

function onScroll() {
  const left = log.scrollHeight - log.scrollTop - log.clientHeight;
  const isNearEnd = left < NEAR_END_PIXELS;
  const isUpwards = log.scrollTop < lastTop; // what grew meanwhile leaves a gap, too, but no person went up
  lastTop = log.scrollTop;
  if (isNearEnd !== isStuck && (isNearEnd || isUpwards)) stick(isNearEnd);
  if (log.scrollTop < 300 && state.hasOlder && !isAskingOlder) {
    isAskingOlder = true;
    older();
  }
}

function showMessages() {
  const before = { height: log.scrollHeight, top: log.scrollTop, first: firstId() };
  const lessened = removeGone();
  const fresh = [...state.messages.values()].filter((message) => nodes.get(message.message_id)?.message !== message || lessened.has(message.media_group_id));
  for (const message of withTheirLeaders(fresh)) put(message);
  join();
  isAskingOlder = false;
  if (isStuck) toEnd();
  else if (firstId() < before.first) log.scrollTop = before.top + log.scrollHeight - before.height;
  else stick(false);
}

/** Takes away what was deleted; the albums it was in are to be drawn anew. */
function removeGone() {
  const lessened = new Set();
  for (const [id, entry] of nodes) {
    if (state.messages.has(id)) continue;
    entry.node.remove();
    nodes.delete(id);
    if (entry.message.media_group_id) lessened.add(entry.message.media_group_id);
  }
  return lessened;
}

/** A photo that joins an album changes how the album's first message looks. */
function withTheirLeaders(fresh) {
  const leaders = fresh.map((message) => albumOf(message)[0]);
  return [...new Set([...leaders, ...fresh])].sort((one, other) => one.message_id - other.message_id);
}

const firstId = () => Math.min(Infinity, ...nodes.keys());

function put(message) {
  const node = isLedBy(message) ? el("div", { hidden: true, dataset: { id: message.message_id } }) : shown(message);
  const old = nodes.get(message.message_id);
  if (old) old.node.replaceWith(node);
  else list.insertBefore(node, nextAfter(message.message_id));
  if (!old && !isStuck && message.from.id !== state.me && message.message_id > lastId()) unseen += 1;
  nodes.set(message.message_id, { message, node });
  if (!old && message.from.id === state.me && message.message_id >= lastId()) stick(true);
}

/** A message put in by hand can hold anything: one that cannot be shown hides no other. */
function shown(message) {
  try {
    return messageNode(message, albumOf(message));
  } catch (error) {
    console.warn(`message ${message.message_id} cannot be shown`, error);
    return el("div", { class: "service", role: "note", dataset: { id: message.message_id } }, el("span", {}, "A message that cannot be shown"));
  }
}

const lastId = () => Math.max(0, ...nodes.keys());

function nextAfter(id) {
  if (id > lastId()) return null;
  const later = [...nodes.keys()].filter((other) => other > id);
  return nodes.get(Math.min(...later)).node;
}

/** Days between messages, and messages of one person that follow each other drawn together. */
function join() {
  for (const mark of list.querySelectorAll(".day")) mark.remove();
  let previous = null;
  for (const { message, node } of [...nodes.values()].sort((one, other) => one.message.message_id - other.message.message_id)) {
    const isNewDay = !previous || dayKey(previous.date) !== dayKey(message.date);
    if (isNewDay) node.before(el("div", { class: "day", role: "separator", "aria-label": day(message.date) }, el("span", {}, day(message.date))));
    const follows = previous && !isNewDay && previous.from.id === message.from.id && message.date - previous.date < JOINED_SECONDS;
    node.classList.toggle("follows", Boolean(follows));
    previous = message;
  }
}

/** A draft, or that the bot is typing. */
function showGrowing() {
  const { draft } = state;
  const hasWords = draft && (draft.text || draft.rich_message);
  if (!hasWords) return void fill(growing, state.action || draft ? [typing(), draft?.can_stop ? stopButton() : null] : null);
  const inGroup = !isPrivate(currentChat());
  fill(growing, el("div", { class: "message theirs draft", "aria-label": `${nameOf(bot())} is writing` },
    inGroup ? avatar(bot().id, nameOf(bot())) : null,
    el("div", { class: "stack" },
      el("div", { class: `bubble ${draft.rich_message ? "wide" : ""}`, "aria-live": "off" }, words({ ...draft, message_id: 0 }), el("div", { class: "meta" }, draft.stopped ? "stopped" : "writing", el("span", { class: "pulse" }))),
      draft.can_stop ? stopButton() : null)));
  if (isStuck) toEnd();
}

const typing = () => el("div", { class: "message theirs" }, el("div", { class: "bubble typing", "aria-label": `${nameOf(bot())} is typing` }, el("i"), el("i"), el("i")));
const stopButton = () => el("button", { type: "button", class: "stop", onclick: stopDraft }, icon("stop"), "Stop");

/** A chat in which nothing was said yet: what this is, and how to begin. */
function showEmpty() {
  const chat = currentChat();
  const isEmpty = chat && state.messages.size === 0 && !state.draft;
  empty.hidden = !isEmpty;
  if (!isEmpty) return;
  const isBegin = isPrivate(chat) && state.topic === null;
  fill(empty, el("div", { class: "empty-card" },
    avatar(isPrivate(chat) ? bot().id : chat.id, chat.title),
    el("h2", { dir: "auto" }, isBegin ? `Say hello to ${nameOf(bot())}` : "Nothing here yet"),
    el("p", {}, isBegin ? "This is a private chat with the bot, inside a sandbox on this machine." : isPrivate(chat) ? "A topic is a conversation of its own: the bot remembers it apart from the others." : `Mention @${bot().username ?? "the bot"} or reply to it, and it answers.`),
    isBegin ? el("button", { type: "button", class: "button primary", onclick: () => say("/start") }, "Start") : null));
}
