// The windows to create and arrange things: people, groups, topics, who is in a chat, where to forward.

import { attempt, configure, createGroup, createPerson, createTopic, forward, look } from "./actions.js";
import { avatar } from "./avatars.js";
import { checked, dialog, labelled } from "./dialog.js";
import { el } from "./dom.js";
import { currentChat, isPrivate, nameOf, person, state } from "./store.js";
import { toast } from "./toasts.js";

const input = (more = {}) => el("input", { type: "text", autocomplete: "off", dir: "auto", ...more });
const people = () => [...state.people.values()].filter((one) => !one.is_bot);

/** A list of things to choose one from. */
function choice(title, entries, onpick) {
  const box = dialog({
    title,
    body: el("ul", { class: "choices" }, entries.map(({ id, name, words, isCurrent, value }) => el("li", {}, el("button", {
      type: "button", class: "choice", "aria-current": isCurrent ? "true" : undefined, onclick: () => {
        box.close();
        onpick(value);
      },
    }, avatar(id, name), el("span", { class: "choice-words" }, el("bdi", {}, name), el("small", {}, words)))))),
  });
  return box;
}

export function chooseWhoToBe() {
  const entries = people().map((one) => ({ id: one.id, name: nameOf(one), words: one.username ? `@${one.username}` : "", isCurrent: one.id === state.me, value: one }));
  const box = choice("Who are you?", entries, (one) => look({ user: one.id, chat: one.id }));
  box.querySelector("form").append(el("div", { class: "dialog-buttons" },
    el("a", { class: "button", href: location.href, target: "_blank" }, "Open another tab"),
    el("button", { type: "button", class: "button primary", onclick: () => {
      box.close();
      newPerson();
    } }, "Somebody new")));
}

export function newPerson() {
  const first = input({ required: true, maxlength: "64" });
  const last = input({ maxlength: "64" });
  const username = input({ pattern: "[A-Za-z][A-Za-z0-9_]{2,31}", title: "3 to 32 letters, digits and underscores" });
  const language = el("select", {}, [["en", "English"], ["zh", "简体中文"], ["ar", "العربية"], ["pt", "Português"]].map(([code, name]) => el("option", { value: code }, name)));
  dialog({
    title: "Somebody new",
    body: [labelled("First name", first), labelled("Last name", last), labelled("Username", username), labelled("Language", language)],
    action: "Become this person",
    onsubmit: async () => {
      const user = await createPerson({ first_name: first.value.trim(), last_name: last.value.trim() || null, username: username.value.trim() || null, language_code: language.value });
      if (user !== undefined) await look({ user, chat: user });
    },
  });
}

export function newGroup() {
  const title = input({ required: true, maxlength: "128", value: "Reading group" });
  const isForum = el("input", { type: "checkbox" });
  const isAdmin = el("input", { type: "checkbox" });
  const members = people().filter((one) => one.id !== state.me).map((one) => [one.id, el("input", { type: "checkbox", checked: true }), nameOf(one)]);
  dialog({
    title: "New group",
    body: [labelled("Title", title), el("fieldset", {}, el("legend", {}, "Members besides you and the bot"), members.map(([, box, name]) => checked(name, box))),
      checked("Topics", isForum, "Each topic is a conversation of its own"), checked("The bot is an admin", isAdmin, "It then reads every message")],
    action: "Create",
    onsubmit: () => createGroup({ title: title.value.trim(), members: [state.me, ...members.filter(([, box]) => box.checked).map(([id]) => id)], is_forum: isForum.checked, bot_is_admin: isAdmin.checked }),
  });
}

export function newTopic() {
  const name = input({ required: true, maxlength: "128" });
  dialog({ title: "New topic", body: labelled("Name", name), action: "Create", onsubmit: () => createTopic(name.value.trim()) });
}

/** One message of an album. */
export function chooseItem(title, album, onpick) {
  const box = dialog({ title, body: el("div", { class: "items" }, album.map((one, number) => {
    const small = one.photo?.[0] ?? (one.video ?? one.document ?? one.audio)?.thumbnail;
    const name = one.document?.file_name ?? one.audio?.title ?? one.audio?.file_name ?? (one.video ? `Video ${number + 1}` : `Photo ${number + 1}`);
    return el("button", { type: "button", class: "item", "aria-label": name, title: name, onclick: () => {
      box.close();
      onpick(one);
    } }, small ? el("img", { src: `/page/files/${encodeURIComponent(small.file_id)}`, alt: "" }) : el("bdi", {}, name));
  })) });
}

/** An album goes on as one. */
export function chooseWhereToForward(album) {
  const entries = state.chats.flatMap((chat) => (chat.topics ?? [{ id: null, name: null }]).map((topic) => ({
    id: isPrivate(chat) ? state.switches.bot_id : chat.id, name: chat.title, words: topic.name ?? (isPrivate(chat) ? "private chat" : `${chat.members.length} members`), value: { chat: chat.id, topic: topic.id },
  })));
  choice("Forward to", entries, async ({ chat, topic }) => {
    const together = album.length > 1 ? String(Date.now()) : null;
    for (const one of album) if ((await forward(one.message_id, chat, topic, together)) === undefined) return;
    toast("Forwarded");
  });
}

export function chatInfo() {
  const chat = currentChat();
  const privacy = el("input", { type: "checkbox", checked: state.switches.privacy, onchange: () => configure({ privacy: privacy.checked }) });
  const isIn = ["member", "administrator"].includes(chat.bot_status);
  const isAdmin = el("input", { type: "checkbox", checked: chat.bot_status === "administrator", disabled: !isIn, onchange: () => attempt("bot_status", { chat_id: chat.id, status: isAdmin.checked ? "administrator" : "member" }) });
  const box = dialog({
    title: chat.title,
    body: [
      el("ul", { class: "choices" }, chat.members.map(({ id, status }) => el("li", { class: "choice" }, avatar(id, nameOf(person(id))), el("span", { class: "choice-words" }, el("bdi", {}, nameOf(person(id))), el("small", {}, [id === state.me ? "you" : "", status === "member" ? "" : status].filter(Boolean).join(", ")))))),
      checked("Privacy mode of the bot", privacy, "On: in groups it sees only commands, mentions and replies to it"),
      isPrivate(chat) ? null : checked("The bot is an admin here", isAdmin, "An admin sees every message, whatever its privacy mode"),
      isPrivate(chat) ? button(isIn ? "Block the bot" : "Unblock the bot", () => attempt(isIn ? "block" : "unblock", { user: state.me }))
        : button(isIn ? "Remove the bot from the group" : "Add the bot again", () => attempt("bot_status", { chat_id: chat.id, status: isIn ? "left" : "member" })),
    ],
  });
  function button(label, act) {
    return el("button", { type: "button", class: "button", onclick: () => {
      box.close();
      act();
    } }, label);
  }
}
