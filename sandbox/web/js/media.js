// What a message carries besides words: pictures, films, sound, files, places, people.

import { el, icon } from "./dom.js";
import { filmNode, gifNode, stickerNode, videoNoteNode } from "./films.js";
import { size } from "./format.js";
import { pollNode } from "./poll.js";
import { view } from "./viewer.js";
import { audioNode, voiceNode } from "./voice.js";

export const fileUrl = (id) => `/page/files/${encodeURIComponent(id)}`;
const posterOf = (media) => (media.thumbnail ? fileUrl(media.thumbnail.file_id) : undefined);

/** How each kind is shown. An animation, a live photo and the like come with a second field for older clients. */
const KINDS = {
  live_photo: (film, message) => covered(message, filmNode(fileUrl(film.file_id), film, film.photo ? fileUrl(film.photo.at(-1).file_id) : posterOf(film), "Live photo")),
  photo: (sizes, message) => covered(message, photo(sizes.at(-1), message)),
  animation: (film, message) => covered(message, gifNode(fileUrl(film.file_id), film, posterOf(film))),
  video: (film, message) => covered(message, filmNode(fileUrl(film.file_id), film, posterOf(film), message.caption ? `Video: ${message.caption}` : "Video")),
  document: file,
  audio: (audio) => audioNode(fileUrl(audio.file_id), audio),
  voice: (voice) => voiceNode(fileUrl(voice.file_id), voice),
  video_note: (note) => videoNoteNode(fileUrl(note.file_id), note, posterOf(note)),
  sticker: (sticker) => stickerNode(fileUrl(sticker.file_id), sticker),
  venue: (venue) => card("pin", venue.title, venue.address),
  location: (location) => mapCard(location),
  contact: (contact) => card("people", [contact.first_name, contact.last_name].filter(Boolean).join(" "), contact.phone_number),
  poll: (poll, message) => pollNode(message),
  dice: (dice) => el("p", { class: "dice" }, `${dice.emoji} ${dice.value}`),
};
const HIDDEN_BY = { document: "animation", location: "venue", photo: "live_photo" };

/** The nodes for whatever a message carries besides words. */
export function mediaOf(message) {
  return Object.entries(KINDS).filter(([kind]) => message[kind] !== undefined && message[HIDDEN_BY[kind]] === undefined).map(([kind, show]) => show(message[kind], message));
}

/** A medium that stands among the blocks of a rich message; a voice note has another name there. */
export function mediaBlock(block, caption) {
  const kind = block.type === "voice_note" ? "voice" : block.type;
  return KINDS[kind](block[block.type], { has_media_spoiler: block.has_spoiler, caption });
}

export const isMediaBlock = (block) => ["photo", "video", "animation", "audio", "voice_note", "document"].includes(block.type) && block[block.type] !== undefined;
export const isVisual = (message) => Boolean(message.photo || message.video || message.animation || message.live_photo);
export const isBare = (message) => isVisual(message) || Boolean(message.sticker || message.video_note);

function photo(largest, message) {
  const label = message.caption ? `Photo: ${message.caption}` : "Photo";
  const image = el("img", { src: fileUrl(largest.file_id), alt: label, width: largest.width, height: largest.height, loading: "lazy" });
  return el("button", { type: "button", class: "photo", "aria-label": `Open ${label}`, dataset: { item: message.message_id }, onclick: (event) => view(largest, message, event.currentTarget) }, image);
}

/** What is not to be seen at once is blurred until it is pressed. */
function covered(message, node) {
  if (!message.has_media_spoiler) return node;
  const cover = el("button", { type: "button", class: "cover", "aria-label": "Hidden picture: press to see it", onclick: () => {
    around.classList.remove("covered");
    cover.remove();
  } });
  const around = el("div", { class: "covered" }, node, cover);
  return around;
}

function file(document) {
  const small = posterOf(document);
  return el("a", { class: "file", href: fileUrl(document.file_id), download: document.file_name ?? "file" },
    small ? el("img", { class: "file-thumb", src: small, alt: "" }) : el("span", { class: "file-sign" }, icon("file")),
    el("span", { class: "file-words" }, el("bdi", { class: "file-name" }, document.file_name ?? "File"), el("span", { class: "file-size" }, size(document.file_size ?? 0))));
}

function card(sign, title, words) {
  return el("div", { class: "file" }, el("span", { class: "file-sign" }, icon(sign)),
    el("span", { class: "file-words" }, el("bdi", { class: "file-name" }, title), el("span", { class: "file-size" }, words)));
}

/** A place; no map is fetched: this page works offline. */
export function mapCard(location) {
  return card("pin", "Location", `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`);
}
