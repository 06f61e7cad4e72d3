// One message as it is shown: who, what it answers, what it carries, its words, when, and its buttons.

import { react, senderName } from "./actions.js";
import { avatar } from "./avatars.js";
import { keyboardOf, tapButton } from "./buttons.js";
import { el, icon, iconButton } from "./dom.js";
import { styledText } from "./entities.js";
import { colourOf, time } from "./format.js";
import { isBare, isVisual, mediaOf } from "./media.js";
import { openMenu } from "./message_menu.js";
import { plainOf, richMessage } from "./rich.js";
import { currentChat, isPrivate, nameOf, person, state } from "./store.js";

const MOST_QUOTED = 120;

export function messageNode(message, album = [message]) {
  const service = serviceText(message);
  if (service) return el("div", { class: "service", dataset: dataOf(message), role: "note" }, el("span", { dir: "auto" }, service));
  const isMine = message.from.id === state.me;
  const name = senderName(message);
  const inGroup = !isPrivate(currentChat());
  const menu = (event) => openMenu(message, event);
  return el("article", { class: `message ${isMine ? "mine" : "theirs"}`, dataset: dataOf(message), "aria-label": `${isMine ? "You" : name}, ${time(message.date)}`, oncontextmenu: menu },
    inGroup && !isMine ? avatar(message.from.id, name) : null,
    el("div", { class: "stack" },
      el("div", { class: `bubble ${message.rich_message ? "wide" : ""} ${bareMedia(message, album) ? "bare" : ""}` },
        inGroup && !isMine ? el("div", { class: `sender colour-${colourOf(message.from.id)}` }, el("bdi", {}, name)) : null,
        forwardedFrom(message), answered(message), ...content(message, album)),
      keyboardOf(message)),
    iconButton("more", "What to do with this message", menu, { class: "icon-button message-more", "aria-haspopup": "menu" }));
}

/** The time stands at the end of the last line where there is room for it. */
function withMeta(text, reacted, time) {
  const isPlain = text?.classList.contains("text") && !text.lastElementChild?.matches(".code-block:last-child, blockquote:last-child");
  if (!isPlain || reacted) return [text, reacted, time];
  time.classList.add("inline");
  text.append(time);
  return [text];
}

const dataOf = (message) => ({ id: message.message_id, from: message.from.id, date: message.date });
const bareMedia = (message, album) => isBare(message) && !album.some((one) => one.caption || one.reactions?.length);

/** Media and words; the words come first where the sender wants that. */
function content(message, album) {
  const captioned = album.find((one) => one.caption) ?? message;
  const text = words(captioned);
  if (captioned.show_caption_above_media && text) return [text, albumMedia(album), reactions(message), meta(message)];
  return [albumMedia(album), ...withMeta(text, reactions(message), meta(message))];
}

function albumMedia(album) {
  const media = album.flatMap(mediaOf);
  return album.length > 1 && album.every(isVisual) ? el("div", { class: `album of-${Math.min(album.length, 4)}` }, media) : media;
}

/** The words of a message, also of a growing one. */
export function words(message) {
  if (message.rich_message) return richMessage(message.rich_message, (button, label) => tapButton(message.message_id, button, label));
  const text = message.text ?? message.caption;
  if (!text) return null;
  const entities = message.text === undefined ? message.caption_entities : message.entities;
  return el("div", { class: `text ${onlyEmoji(text) ? "emoji-only" : ""}`, dir: "auto" }, styledText(text, entities ?? []));
}

const onlyEmoji = (text) => text.length < 16 && /^(\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|\p{Regional_Indicator})+$/u.test(text);

function forwardedFrom(message) {
  const origin = message.forward_origin;
  if (!origin) return null;
  const name = origin.sender_user ? nameOf(origin.sender_user) : (origin.sender_user_name ?? origin.chat?.title ?? "somebody");
  return el("div", { class: "forwarded" }, "Forwarded from ", el("bdi", {}, name));
}

function answered(message) {
  const replied = message.reply_to_message;
  if (!replied || (message.is_topic_message && replied.message_id === message.message_thread_id)) return null;
  const text = message.quote?.text ?? gistOf(replied);
  return el("button", { type: "button", class: `reply-to colour-${colourOf(replied.from.id)}`, "aria-label": `In reply to ${nameOf(replied.from)}: ${text}`, onclick: () => scrollTo(replied.message_id) },
    el("bdi", { class: "reply-name" }, nameOf(replied.from)), el("span", { class: "reply-text", dir: "auto" }, text));
}

/** Brings another message into view and lets it shine for a moment. */
export function scrollTo(messageId) {
  const target = document.querySelector(`.log [data-id="${Number(messageId)}"]`);
  target?.scrollIntoView({ block: "center", behavior: "smooth" });
  target?.classList.add("shining");
  setTimeout(() => target?.classList.remove("shining"), 1600);
}

export function gistOf(message) {
  const rich = message.rich_message?.blocks?.map((block) => plainOf(block.text ?? block.summary ?? "")).find(Boolean);
  return (message.text ?? message.caption ?? rich ?? message.poll?.question ?? kindOf(message) ?? "Message").slice(0, MOST_QUOTED);
}

const KINDS = { photo: "Photo", video: "Video", animation: "GIF", voice: "Voice message", video_note: "Video message", sticker: "Sticker", location: "Location", contact: "Contact" };

function kindOf(message) {
  const kind = Object.keys(KINDS).find((name) => message[name] !== undefined);
  return kind ? [KINDS[kind], message.sticker?.emoji].filter(Boolean).join(" ") : (message.audio?.title ?? message.audio?.file_name ?? message.document?.file_name);
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  const by = Map.groupBy(message.reactions, (one) => one.emoji ?? "★");
  return el("div", { class: "reactions" }, [...by].map(([emoji, all]) => {
    const isMine = all.some((one) => one.user === state.me);
    return el("button", { type: "button", class: "reaction", "aria-pressed": String(isMine), title: all.map((one) => nameOf(person(one.user))).join(", "), onclick: () => react(message.message_id, isMine ? null : emoji) }, emoji, el("span", {}, String(all.length)));
  }));
}

function meta(message) {
  return el("div", { class: "meta" }, message.edit_date ? el("span", {}, "edited") : null,
    el("time", { datetime: new Date(message.date * 1000).toISOString() }, time(message.date)),
    message.from.id === state.me ? icon("check") : null);
}

function serviceText(message) {
  if (message.forum_topic_created) return `Topic “${message.forum_topic_created.name}” was opened`;
  if (message.forum_topic_edited) return `The topic is now called “${message.forum_topic_edited.name ?? ""}”`;
  if (message.new_chat_members) return `${message.new_chat_members.map(nameOf).join(", ")} joined the group`;
  if (message.left_chat_member) return `${nameOf(message.left_chat_member)} left the group`;
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return "This group became a supergroup";
  if (message.pinned_message) return "A message was pinned";
  return null;
}
