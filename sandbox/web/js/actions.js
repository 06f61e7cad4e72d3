// What a person can do in a chat. Whatever the sandbox refuses is said in a bubble.

import { toast } from "./toasts.js";
import { changed, currentChat, nameOf, remembered, person, state } from "./store.js";

let socket = null;

export function use(connection) {
  socket = connection;
}

/** Asks the sandbox; on refusal says why and gives undefined. */
export async function attempt(action, words = {}) {
  try {
    return (await socket.ask(action, words)) ?? null;
  } catch (error) {
    toast(error.message, "error");
    return undefined;
  }
}

const here = () => ({ chat_id: state.chat, user: state.me, topic: state.topic });

export const say = (text, more = {}) => attempt("say", { ...here(), text, ...more });
export const edit = (messageId, text) => attempt("edit", { ...here(), message_id: messageId, text });
export const react = (messageId, emoji) => attempt("react", { ...here(), message_id: messageId, emoji });
export const remove = (messageId) => attempt("delete", { chat_id: state.chat, message_id: messageId });
export const vote = (messageId, options) => attempt("vote", { ...here(), message_id: messageId, option_ids: options });
export const askPoll = (words) => attempt("poll", { ...here(), ...words });
export const stopPoll = (messageId) => attempt("stop_poll", { ...here(), message_id: messageId });
export const stopDraft = () => attempt("stop_draft", { chat_id: state.chat, topic: state.topic });
export const older = () => attempt("older");

/** What is forwarded together under one `album` is one there, too. */
export const forward = (messageId, chatId, topic, album = null) =>
  attempt("forward", { from_chat_id: state.chat, message_id: messageId, chat_id: chatId, user: state.me, topic, album });

/** Presses a button; the bot's answer, or null if none came in time. */
export async function tap(messageId, data) {
  const query = await attempt("tap", { ...here(), message_id: messageId, data });
  if (query === undefined) return undefined;
  return attempt("callback_answer", { query_id: query, timeout: 20 });
}

/** Shows another chat, or becomes somebody else; the address remembers it, so that a reload comes back here. */
export async function look({ user = state.me, chat = null, topic = null, replace = false }) {
  if (user !== state.me) state.chats = [];
  Object.assign(state, { me: user, chat, topic, draft: null, action: null, hasOlder: false, commands: [], keyboard: null });
  state.messages = new Map();
  const address = `#${[user, chat, topic].filter((part) => part !== null).join("/")}`;
  if (location.hash !== address) history[replace ? "replaceState" : "pushState"](null, "", address);
  changed("me", "place", "messages", "draft", "action", "chats", "keyboard");
  remembered.set("me", user);
  return attempt("look", { user, chat_id: chat, topic });
}

/** The person and place that the address names. */
export function addressed() {
  const [user, chat, topic] = location.hash.slice(1).split("/").map((part) => Number(part) || null);
  return { user: user ?? null, chat: chat ?? null, topic: topic ?? null };
}

export async function createPerson(words) {
  return attempt("user", words);
}

export async function createGroup(words) {
  const chat = await attempt("group", { ...words, creator: state.me, announce: true });
  if (chat !== undefined) await look({ chat });
}

export async function createTopic(name) {
  const topic = await attempt("topic", { chat_id: state.chat, user: state.me, name });
  if (topic !== undefined) await look({ chat: state.chat, topic });
}

export const configure = (words) => attempt("configure", words);

/** Keeps a file in the sandbox; the fields of a message that carries it, as what it is sent `as`. */
export async function upload(file, as, more = {}) {
  const query = new URLSearchParams({ name: file.name ?? "", as, ...more });
  const response = await fetch(`/page/files?${query}`, { method: "POST", body: file });
  if (response.status === 413) throw new Error(`${file.name} is too big: 20 MB at most`);
  const told = await response.json();
  if (!response.ok) throw new Error(file.name ? `${file.name}: ${told.error}` : told.error);
  return told;
}

/** Sends one file by itself; false if it was refused, which is then said. */
export async function sendFile(file, as, { more = {}, ...words } = {}) {
  try {
    return (await say("", { ...words, fields: { ...(await upload(file, as, more)), ...(words.fields ?? {}) } })) !== undefined;
  } catch (error) {
    toast(error.message, "error");
    return false;
  }
}

export function senderName(message) {
  return nameOf(message.from.id === state.switches.bot_id ? person(message.from.id) : (state.people.get(message.from.id) ?? message.from));
}

export const memberIds = () => (currentChat()?.members ?? []).map((member) => member.id);
