// Sending photos, films, music, files and places: chosen, pasted or dropped, with a caption.

import { askPoll, say, upload } from "./actions.js";
import { recordVideoMessage } from "./camera.js";
import { checked, dialog, labelled } from "./dialog.js";
import { el, icon, iconButton } from "./dom.js";
import { size } from "./format.js";
import { chooseSticker } from "./stickers.js";
import { toast } from "./toasts.js";

const MOST_AT_ONCE = 10;

export function attachMenu() {
  const menu = el("div", { class: "menu attach-menu", role: "menu", "aria-label": "Attach", hidden: true },
    entry("photo", "Photos and videos", () => choose("image/*,video/*,audio/*")), entry("file", "Files", () => choose("", true)), entry("sticker", "Sticker", chooseSticker),
    entry("camera", "Video message", recordVideoMessage), entry("pin", "Location", askForPlace), entry("poll", "Poll", () => askForPoll()));
  const toggle = iconButton("attach", "Attach", () => show(menu.hidden), { "aria-haspopup": "menu", "aria-expanded": "false" });
  const show = (isOpen) => {
    menu.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) menu.querySelector("button").focus();
  };
  menu.addEventListener("click", () => show(false));
  const around = el("div", { class: "attach", onkeydown: (event) => onKey(event, menu, toggle, show), onfocusout: (event) => around.contains(event.relatedTarget) || show(false) }, toggle, menu);
  return around;
}

function onKey(event, menu, toggle, show) {
  if (menu.hidden) return;
  const items = [...menu.children];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  else if (event.key === "Escape") {
    show(false);
    toggle.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

const entry = (sign, label, onclick) => el("button", { type: "button", role: "menuitem", class: "menu-item", onclick }, icon(sign), label);

function choose(accept, asFiles = false) {
  const input = el("input", { type: "file", multiple: true, accept: accept || undefined, onchange: () => sendFiles([...input.files], asFiles) });
  input.click();
}

/** Files dropped anywhere on an element are sent from there. */
export function takeDrops(element) {
  element.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    element.classList.add("dropping");
  });
  element.addEventListener("dragleave", (event) => element.contains(event.relatedTarget) || element.classList.remove("dropping"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    element.classList.remove("dropping");
    if (event.dataTransfer.files.length > 0) sendFiles([...event.dataTransfer.files]);
  });
}

const isPhoto = (file) => ["image/png", "image/jpeg", "image/webp", "image/gif"].includes(file.type);
const isMedia = (file) => isPhoto(file) || /^(?:video|audio)\//u.test(file.type);

/** Shows what is about to be sent and asks for a caption. */
export function sendFiles(files, isUnchanged = false) {
  if (files.length > MOST_AT_ONCE) return toast(`${MOST_AT_ONCE} files at once at most`, "error");
  const addresses = files.map((file) => URL.createObjectURL(file));
  const caption = el("input", { type: "text", maxlength: "1024", dir: "auto", autocomplete: "off" });
  const asFiles = el("input", { type: "checkbox", checked: isUnchanged });
  const isHidden = el("input", { type: "checkbox" });
  const previews = files.map((file, number) => preview(file, addresses[number]));
  return dialog({
    title: files.length === 1 ? "Send a file" : `Send ${files.length} files`,
    body: [el("div", { class: "previews" }, previews), labelled("Caption", caption), files.some(isMedia) ? checked("Send as files, unchanged", asFiles) : null,
      files.some(isMedia) ? checked("Hide until pressed", isHidden) : null],
    action: "Send",
    onsubmit: () => sendAll(files, { caption: caption.value.trim(), asFiles: asFiles.checked, isHidden: isHidden.checked }),
    onclose: () => addresses.forEach((address) => URL.revokeObjectURL(address)),
  });
}

function preview(file, address) {
  if (isPhoto(file)) return el("img", { src: address, alt: file.name });
  if (file.type.startsWith("video/")) return el("video", { src: address, controls: true, "aria-label": file.name });
  return el("div", { class: "file" }, el("span", { class: "file-sign" }, icon(file.type.startsWith("audio/") ? "music" : "file")), el("span", { class: "file-words" }, el("bdi", { class: "file-name" }, file.name), el("span", { class: "file-size" }, size(file.size))));
}

/** All are taken up first, then sent together: what can stand in one album is one. */
async function sendAll(files, { caption, asFiles, isHidden }) {
  const taken = await Promise.all(files.map((file) => takenUp(file, asFiles && isMedia(file) ? "document" : "media")));
  const ready = taken.filter((content) => content !== null);
  const albums = Map.groupBy(ready, albumKind);
  let isFirst = true;
  for (const [kind, contents] of albums) {
    const album = kind !== null && contents.length > 1 ? { media_group_id: `${Date.now()}${ready.indexOf(contents[0])}` } : {};
    for (const content of contents) {
      const spoiler = isHidden && kind === "pictures" ? { has_media_spoiler: true } : {};
      await say("", { fields: { ...content, ...album, ...spoiler, ...(isFirst && caption ? { caption } : {}) } });
      isFirst = false;
    }
  }
}

async function takenUp(file, as) {
  try {
    return await upload(file, as);
  } catch (error) {
    toast(error.message, "error");
    return null;
  }
}

/** Telegram's albums hold photos and films, or music alone, or files alone; a GIF stands by itself. */
function albumKind(content) {
  if (content.photo || content.video) return "pictures";
  if (content.audio) return "music";
  return content.animation ? null : "files";
}

export function askForPoll(type) {
  const question = el("input", { type: "text", required: true, maxlength: "300", dir: "auto", autocomplete: "off" });
  const options = el("textarea", { required: true, rows: "4", dir: "auto", placeholder: "One on each line" });
  const isOpen = el("input", { type: "checkbox" });
  const many = el("input", { type: "checkbox" });
  const correct = el("input", { type: "number", min: "1", max: "12", placeholder: type === "quiz" ? "1" : "none", required: type === "quiz" });
  dialog({
    title: type === "quiz" ? "New quiz" : "New poll",
    body: [labelled("Question", question), labelled("Options", options), checked("Everybody sees who voted", isOpen), type === "quiz" ? null : checked("Several answers", many),
      type === "regular" ? null : labelled("Number of the correct option, in a quiz", correct)],
    action: "Send",
    onsubmit: () => askPoll({
      question: question.value, options: options.value.split("\n").map((line) => line.trim()).filter(Boolean), is_anonymous: !isOpen.checked,
      ...(correct.value ? { correct_option_ids: [Number(correct.value) - 1] } : { allows_multiple_answers: many.checked }),
    }),
  });
}

export function askForPlace() {
  const latitude = el("input", { type: "number", step: "any", min: "-90", max: "90", required: true, value: "38.7139" });
  const longitude = el("input", { type: "number", step: "any", min: "-180", max: "180", required: true, value: "-9.1335" });
  dialog({
    title: "Send a location",
    body: [labelled("Latitude", latitude), labelled("Longitude", longitude)],
    action: "Send",
    onsubmit: () => say("", { fields: { location: { latitude: Number(latitude.value), longitude: Number(longitude.value) } } }),
  });
}
