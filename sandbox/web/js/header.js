// The head of a chat: its name, what happens in it, and its topics.

import { look } from "./actions.js";
import { avatar } from "./avatars.js";
import { toggleBehind } from "./behind.js";
import { chatInfo, newTopic } from "./dialogs.js";
import { el, fill, icon, iconButton } from "./dom.js";
import { bot, currentChat, isPrivate, nameOf, on, state } from "./store.js";

const title = el("button", { type: "button", class: "title", onclick: chatInfo });
const topics = el("div", { class: "topics", role: "group", "aria-label": "Topics" });

export function header() {
  on("chats place action draft switches", showTitle);
  on("chats place", showTopics);
  return el("header", { class: "room-head" },
    el("div", { class: "bar" }, iconButton("back", "All chats", () => look({ chat: null }), { class: "icon-button back" }), title, el("span", { class: "stretch" }),
      iconButton("panel", "Behind the scenes", toggleBehind, { class: "icon-button behind-toggle", "aria-expanded": "false", "aria-controls": "behind" })),
    topics);
}

function showTitle() {
  const chat = currentChat();
  if (!chat) return fill(title);
  const isWriting = state.draft && !state.draft.stopped;
  const words = isWriting ? "is writing…" : state.action === "typing" ? "typing…" : isPrivate(chat) ? `bot · @${bot().username}` : `${chat.members.length} members${chat.bot_status === "left" ? " · the bot is not here" : ""}`;
  return fill(title, avatar(isPrivate(chat) ? bot().id : chat.id, chat.title),
    el("span", { class: "title-words" }, el("bdi", { class: "title-name" }, isPrivate(chat) ? nameOf(bot()) : chat.title), el("small", { class: isWriting || state.action ? "busy" : "" }, words)));
}

function showTopics() {
  const chat = currentChat();
  topics.hidden = !chat?.topics;
  if (topics.hidden) return;
  fill(topics, chat.topics.map((topic) => el("button", { type: "button", class: "topic", "aria-current": topic.id === state.topic ? "true" : undefined, onclick: () => look({ chat: chat.id, topic: topic.id }) },
    icon("topic"), el("bdi", {}, topic.name))), el("button", { type: "button", class: "topic new", onclick: newTopic }, icon("plus"), "New topic"));
  topics.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
