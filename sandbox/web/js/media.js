// Photos, files, sound and places in a message, and the viewer of photos.

import { el, icon, iconButton } from "./dom.js";
import { size } from "./format.js";
import { voiceNode } from "./voice.js";

const fileUrl = (id) => `/page/files/${encodeURIComponent(id)}`;

/** The nodes for whatever a message carries besides words. */
export function mediaOf(message) {
  const parts = [];
  if (message.photo) parts.push(photo(message.photo.at(-1), message.caption));
  for (const kind of ["document", "video", "animation", "audio", "voice", "video_note"]) {
    if (message[kind]) parts.push(fileOf(kind, message[kind]));
  }
  if (message.sticker) parts.push(el("img", { class: "sticker", src: fileUrl(message.sticker.file_id), alt: `Sticker ${message.sticker.emoji ?? ""}` }));
  if (message.location) parts.push(mapCard(message.location));
  if (message.contact) parts.push(card("people", [message.contact.first_name, message.contact.last_name].filter(Boolean).join(" "), message.contact.phone_number));
  if (message.poll) parts.push(poll(message.poll));
  if (message.dice) parts.push(el("p", { class: "dice" }, `${message.dice.emoji} ${message.dice.value}`));
  return parts;
}

function photo(largest, caption) {
  const label = caption ? `Photo: ${caption}` : "Photo";
  const image = el("img", { src: fileUrl(largest.file_id), alt: label, width: largest.width, height: largest.height, loading: "lazy" });
  return el("button", { type: "button", class: "photo", "aria-label": `Open ${label}`, onclick: (event) => view(largest, caption, event.currentTarget) }, image);
}

/** Shows a photo over the page; the arrow keys go on to the others of its album. */
function view(largest, caption, opener) {
  const album = [...(opener.closest(".album")?.querySelectorAll(".photo") ?? [])];
  const close = () => dialog.close();
  const dialog = el("dialog", { class: "viewer", "aria-label": "Photo", onclick: (event) => event.target === dialog && close() },
    iconButton("close", "Close", close),
    el("figure", {}, el("img", { src: fileUrl(largest.file_id), alt: caption || "Photo" }), caption ? el("figcaption", { dir: "auto" }, caption) : null));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || album.length < 2) return;
    close();
    album[(album.indexOf(opener) + step + album.length) % album.length].click();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function fileOf(kind, file) {
  const source = fileUrl(file.file_id);
  if (kind === "voice") return voiceNode(source, file);
  if (kind === "audio") return el("audio", { controls: true, src: source, preload: "metadata", "aria-label": "Audio" });
  if (kind === "video" || kind === "animation" || kind === "video_note") return el("video", { controls: true, src: source, preload: "metadata", class: kind, "aria-label": "Video" });
  return el("a", { class: "file", href: source, download: file.file_name ?? "file" },
    el("span", { class: "file-sign" }, icon("file")),
    el("span", { class: "file-words" }, el("bdi", { class: "file-name" }, file.file_name ?? "File"), el("span", { class: "file-size" }, size(file.file_size ?? 0))));
}

function card(sign, title, words) {
  return el("div", { class: "file" }, el("span", { class: "file-sign" }, icon(sign)),
    el("span", { class: "file-words" }, el("bdi", { class: "file-name" }, title), el("span", { class: "file-size" }, words)));
}

/** A place; no map is fetched: this page works offline. */
export function mapCard(location) {
  return card("pin", "Location", `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`);
}

function poll(asked) {
  return el("div", { class: "poll" }, el("strong", { dir: "auto" }, asked.question),
    el("ul", {}, asked.options.map((option) => el("li", { dir: "auto" }, option.text, el("span", {}, String(option.voter_count ?? 0))))));
}
