// Commands after a slash and people after an @, to choose from while typing.

import { el, fill } from "./dom.js";
import { currentChat, isPrivate, nameOf, on, person, state } from "./store.js";

export class Suggestions {
  constructor(field, onpick) {
    this.field = field;
    this.onpick = onpick;
    this.found = [];
    this.at = 0;
    this.node = el("ul", { id: "suggestions", class: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
    on("place", () => this.close());
  }

  update() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    this.found = commandsFor(this.field.value) ?? mentionsFor(before) ?? [];
    this.at = 0;
    this.show();
  }

  close() {
    this.found = [];
    this.show();
  }

  show() {
    this.node.hidden = this.found.length === 0;
    this.field.setAttribute("aria-expanded", String(!this.node.hidden));
    fill(this.node, this.found.map((one, number) => el("li", {
      role: "option", id: `suggestion-${number}`, "aria-selected": String(number === this.at), onmousedown: (event) => event.preventDefault(), onclick: () => this.pick(number),
    }, el("b", {}, one.label), el("span", { dir: "auto" }, one.words))));
    if (this.node.hidden) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `suggestion-${this.at}`);
    this.node.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  /** True if the key was for the list. */
  onKey(event) {
    if (this.node.hidden) return false;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      this.at = (this.at + steps[event.key] + this.found.length) % this.found.length;
      this.show();
    } else if (event.key === "Enter" || event.key === "Tab") this.pick(this.at);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  pick(number) {
    const one = this.found[number];
    this.close();
    this.onpick(one, one.from, one.to);
  }
}

function commandsFor(text) {
  const typed = /^\/([a-z0-9_]*)$/iu.exec(text);
  if (!typed) return null;
  const wanted = typed[1].toLowerCase();
  return state.commands.filter(({ command }) => command.startsWith(wanted)).map(({ command, description }) => ({ command, label: `/${command}`, words: description }));
}

function mentionsFor(before) {
  const chat = currentChat();
  const typed = /(?:^|\s)@([a-z0-9_]*)$/iu.exec(before);
  if (!typed || isPrivate(chat)) return null;
  const wanted = typed[1].toLowerCase();
  const from = before.length - typed[1].length - 1;
  return chat.members.map(({ id }) => person(id)).filter((user) => user.username?.toLowerCase().startsWith(wanted) && user.id !== state.me)
    .sort((one, other) => Number(other.is_bot) - Number(one.is_bot))
    .map((user) => ({ mention: user.username, label: nameOf(user), words: `@${user.username}`, from, to: before.length }));
}
