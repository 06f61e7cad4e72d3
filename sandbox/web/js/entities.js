// A text with its entities, as nodes. Offsets count UTF-16 units, as JavaScript strings do.

import { codeBlock } from "./code.js";
import { el } from "./dom.js";
import { command, link, spoiler } from "./links.js";

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

export function styledText(text, entities = []) {
  const sorted = [...entities].sort((one, other) => one.offset - other.offset || other.length - one.length);
  return nodesOf(text, sorted, 0, text.length);
}

/** What stands between two offsets, entities inside entities. */
function nodesOf(text, entities, from, to) {
  const nodes = [];
  let at = from;
  let rest = entities;
  while (rest.length > 0) {
    const [entity, ...others] = rest;
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    const inside = others.filter((one) => one.offset < end);
    rest = others.filter((one) => one.offset >= end);
    if (end <= start) continue;
    const isBlock = BLOCKS.has(entity.type);
    nodes.push(plain(text.slice(at, start), { endsBlock: isBlock }));
    nodes.push(styled(entity, text.slice(start, end), nodesOf(text, inside, start, end)));
    at = isBlock && text[end] === "\n" ? end + 1 : end;
  }
  nodes.push(plain(text.slice(at, to), {}));
  return nodes;
}

/** A block brings its own line break. */
function plain(text, { endsBlock = false }) {
  return endsBlock && text.endsWith("\n") ? text.slice(0, -1) : text;
}

function styled(entity, words, children) {
  switch (entity.type) {
    case "bold": return el("strong", {}, children);
    case "italic": return el("em", {}, children);
    case "underline": return el("u", {}, children);
    case "strikethrough": return el("s", {}, children);
    case "spoiler": return spoiler(children);
    case "code": return el("code", { class: "inline-code" }, words);
    case "pre": return codeBlock(words, entity.language);
    case "blockquote": return el("blockquote", { dir: "auto" }, children);
    case "expandable_blockquote": return expandable(children);
    case "text_link": return link(entity.url, children);
    case "url": return link(words, children);
    case "email": return link(`mailto:${words}`, children);
    case "phone_number": return link(`tel:${words}`, children);
    case "bot_command": return command(words);
    case "mention": case "text_mention": case "hashtag": case "cashtag": return el("span", { class: "mention" }, children);
    default: return el("span", {}, children);
  }
}

export function expandable(children) {
  const quote = el("blockquote", { class: "expandable", dir: "auto" }, children);
  const toggle = el("button", { type: "button", class: "expand", "aria-expanded": "false", onclick: () => {
    const isOpen = quote.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(isOpen));
    toggle.textContent = isOpen ? "Show less" : "Show more";
  } }, "Show more");
  quote.append(toggle);
  return quote;
}
