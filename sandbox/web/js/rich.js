// Rich messages: their blocks and rich texts, as nodes.

import { codeBlock } from "./code.js";
import { el } from "./dom.js";
import { expandable } from "./entities.js";
import { formula } from "./formulas.js";
import { isMediaBlock, mapCard, mediaBlock } from "./media.js";
import { command, link, spoiler } from "./links.js";

/** `tapButton` makes a button of a message out of its description. */
export function richMessage(rich, tapButton) {
  return el("div", { class: "rich", dir: rich.is_rtl ? "rtl" : "auto" }, blocks(rich.blocks, tapButton));
}

const blocks = (list, tapButton) => list.map((block) => blockOf(block, tapButton));

function blockOf(block, tapButton) {
  if (isMediaBlock(block)) return captioned(block, mediaBlock(block, plainOf(block.caption?.text ?? "")), tapButton);
  const words = () => text(block.text, tapButton);
  switch (block.type) {
    case "paragraph": return el("p", { dir: "auto" }, words());
    case "heading": return el(`h${Math.min(6, block.size + 2)}`, { class: `heading size-${block.size}`, dir: "auto" }, words());
    case "footer": return el("p", { class: "footer", dir: "auto" }, words());
    case "thinking": return el("p", { class: "thinking", dir: "auto" }, words());
    case "pre": return codeBlock(plainOf(block.text), block.language);
    case "divider": return el("hr");
    case "mathematical_expression": return formula(block.expression, { display: true });
    case "anchor": return el("span", { dataset: { anchor: block.name } });
    case "list": return list(block.items, tapButton);
    case "blockquote": return el("blockquote", { dir: "auto" }, blocks(block.blocks, tapButton), credit(block));
    case "expandable_blockquote": return expandable([el("p", {}, words()), credit(block)]);
    case "pullquote": return el("blockquote", { class: "pull", dir: "auto" }, el("p", {}, words()), credit(block));
    case "table": return table(block, tapButton);
    case "details": return el("details", { open: Boolean(block.is_open) }, el("summary", { dir: "auto" }, text(block.summary, tapButton)), el("div", {}, blocks(block.blocks, tapButton)));
    case "collage": case "slideshow": return captioned(block, el("div", { class: `collage ${block.type}`, tabindex: block.type === "slideshow" ? "0" : undefined, role: "group", "aria-label": block.type === "slideshow" ? "Slides" : "Pictures" }, blocks(block.blocks, tapButton)), tapButton);
    case "map": return captioned(block, mapCard(block.location), tapButton);
    case "buttons": return el("div", { class: `rich-buttons align-${block.align ?? "left"}` }, block.buttons.map((button) => tapButton(button, text(button.text, tapButton))));
    default: return el("p", { class: "footer" }, `[${block.type}]`);
  }
}

/** A medium with the words under it. */
function captioned(block, node, tapButton) {
  const words = block.caption ? el("figcaption", { dir: "auto" }, text(block.caption.text, tapButton), credit(block.caption)) : null;
  return el("figure", { class: "block-media" }, node, words);
}

const credit = (block) => (block.credit ? el("cite", { dir: "auto" }, text(block.credit)) : null);

function list(items, tapButton) {
  const isOrdered = items.some((item) => "value" in item || "type" in item);
  const start = items[0]?.value;
  return el(isOrdered ? "ol" : "ul", { start: isOrdered && start !== 1 ? start : undefined, dir: "auto" }, items.map((item) => {
    if (!item.has_checkbox) return el("li", { value: item.value, dir: "auto" }, blocks(item.blocks, tapButton));
    const box = el("span", { class: `task-box ${item.is_checked ? "checked" : ""}`, role: "img", "aria-label": item.is_checked ? "Done" : "To do" });
    return el("li", { class: "task", dir: "auto" }, box, el("div", {}, blocks(item.blocks, tapButton)));
  }));
}

function table(block, tapButton) {
  const rows = block.cells.map((row) => el("tr", {}, row.map((cell) => el(cell.is_header ? "th" : "td", {
    colspan: cell.colspan, rowspan: cell.rowspan, class: `align-${cell.align ?? "left"} valign-${cell.valign ?? "middle"}`, dir: "auto",
  }, text(cell.text ?? "", tapButton)))));
  const looks = ["is_bordered", "is_striped", "is_compact"].filter((name) => block[name]).join(" ");
  return el("div", { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Table" },
    el("table", { class: looks }, block.caption ? el("caption", { dir: "auto" }, text(block.caption, tapButton)) : null, el("tbody", {}, rows)));
}

/** A string, a list of rich texts, or an object that formats one. */
function text(value, tapButton) {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((part) => text(part, tapButton));
  const inner = () => text(value.text, tapButton);
  switch (value.type) {
    case "bold": return el("strong", {}, inner());
    case "italic": return el("em", {}, inner());
    case "underline": return el("u", {}, inner());
    case "strikethrough": return el("s", {}, inner());
    case "subscript": return el("sub", {}, inner());
    case "superscript": return el("sup", {}, inner());
    case "marked": return el("mark", {}, inner());
    case "spoiler": return spoiler(inner());
    case "code": return el("code", { class: "inline-code" }, inner());
    case "url": return link(value.url, inner());
    case "email_address": return link(`mailto:${value.email_address}`, inner());
    case "phone_number": return link(`tel:${value.phone_number}`, inner());
    case "bot_command": return command(plainOf(value.text));
    case "custom_emoji": return value.alternative_text;
    case "mathematical_expression": return formula(value.expression);
    case "anchor": return el("span", { dataset: { anchor: value.name } });
    case "anchor_link": return jump(value.anchor_name, inner());
    case "reference": return el("span", { dataset: { anchor: value.name } }, inner());
    case "reference_link": return jump(value.reference_name, inner());
    case "button": return tapButton(value.button, text(value.button.text, tapButton));
    case "mention": case "text_mention": case "hashtag": case "cashtag": return el("span", { class: "mention" }, inner());
    default: return inner();
  }
}

function jump(name, children) {
  const button = el("button", { type: "button", class: "as-link", onclick: () => {
    const places = [...button.closest(".rich").querySelectorAll("[data-anchor]")];
    places.find((place) => place.dataset.anchor === name)?.scrollIntoView({ block: "center", behavior: "smooth" });
  } }, children);
  return button;
}

/** Rich text without its formatting. */
export function plainOf(value) {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(plainOf).join("");
  return value?.text !== undefined ? plainOf(value.text) : (value?.alternative_text ?? value?.expression ?? "");
}
