// Sending photos, files and places: chosen, pasted or dropped, with a caption.

import { say, upload } from "./actions.js";
import { dialog, labelled } from "./dialog.js";
import { el, icon, iconButton } from "./dom.js";
import { size } from "./format.js";
import { toast } from "./toasts.js";

const MOST_AT_ONCE = 10;

export function attachMenu() {
  const menu = el("div", { class: "menu attach-menu", role: "menu", "aria-label": "Attach", hidden: true },
    entry("photo", "Photos", () => choose("image/*")), entry("file", "Files", () => choose("")), entry("pin", "Location", askForPlace), entry("poll", "Poll", askForPoll));
  const toggle = iconButton("attach", "Attach", () => show(menu.hidden), { "aria-haspopup": "menu", "aria-expanded": "false" });
  const show = (isOpen) => {
    menu.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) menu.querySelector("button").focus();
  };
  menu.addEventListener("click", () => show(false));
  const around = el("div", { class: "attach", onkeydown: (event) => {
    if (event.key === "Escape" && !menu.hidden) {
      event.stopPropagation();
      show(false);
      toggle.focus();
    }
  }, onfocusout: (event) => around.contains(event.relatedTarget) || show(false) }, toggle, menu);
  return around;
}

const entry = (sign, label, onclick) => el("button", { type: "button", role: "menuitem", class: "menu-item", onclick }, icon(sign), label);

function choose(accept) {
  const input = el("input", { type: "file", multiple: true, accept: accept || undefined, onchange: () => sendFiles([...input.files]) });
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

/** Shows what is about to be sent and asks for a caption. */
export function sendFiles(files) {
  if (files.length > MOST_AT_ONCE) return toast(`${MOST_AT_ONCE} files at once at most`, "error");
  const addresses = files.map((file) => URL.createObjectURL(file));
  const caption = el("input", { type: "text", maxlength: "1024", dir: "auto", autocomplete: "off" });
  const asFiles = el("input", { type: "checkbox" });
  const previews = files.map((file, number) => isPhoto(file)
    ? el("img", { src: addresses[number], alt: file.name })
    : el("div", { class: "file" }, el("span", { class: "file-sign" }, icon("file")), el("span", { class: "file-words" }, el("bdi", { class: "file-name" }, file.name), el("span", { class: "file-size" }, size(file.size)))));
  return dialog({
    title: files.length === 1 ? "Send a file" : `Send ${files.length} files`,
    body: [el("div", { class: "previews" }, previews), labelled("Caption", caption), files.some(isPhoto) ? el("label", { class: "check" }, asFiles, "Send as files, unchanged") : null],
    action: "Send",
    onsubmit: () => sendAll(files, caption.value.trim(), asFiles.checked),
    onclose: () => addresses.forEach((address) => URL.revokeObjectURL(address)),
  });
}

async function sendAll(files, caption, asFiles) {
  const album = files.length > 1 ? { media_group_id: String(Date.now()) } : {};
  for (const [number, file] of files.entries()) {
    try {
      const content = await contentOf(file, asFiles);
      await say("", { fields: { ...content, ...album, ...(number === 0 && caption ? { caption } : {}) } });
    } catch (error) {
      toast(error.message, "error");
    }
  }
}

async function contentOf(file, asFiles) {
  const dimensions = isPhoto(file) && !asFiles ? await dimensionsOf(file) : null;
  const { file_name, mime_type, ...kept } = await upload(file);
  if (dimensions) return { photo: [{ ...kept, ...dimensions }] };
  return { document: { ...kept, file_name, ...(mime_type ? { mime_type } : {}) } };
}

async function dimensionsOf(file) {
  try {
    const { width, height } = await createImageBitmap(file);
    return { width, height };
  } catch {
    return null; // no picture after all: it goes as a file
  }
}

function askForPoll() {
  const question = el("input", { type: "text", required: true, maxlength: "300", dir: "auto", autocomplete: "off" });
  const options = el("textarea", { required: true, rows: "4", dir: "auto", placeholder: "One on each line" });
  dialog({
    title: "New poll",
    body: [labelled("Question", question), labelled("Options", options)],
    action: "Send",
    onsubmit: () => sendPoll(question.value.trim(), options.value.split("\n").map((line) => line.trim()).filter(Boolean)),
  });
}

function sendPoll(question, options) {
  if (options.length < 2 || options.length > 12) return toast("A poll has 2 to 12 options", "error");
  const poll = { id: String(Date.now()), question, options: options.map((text, number) => ({ text, voter_count: 0, persistent_id: String(number) })), total_voter_count: 0, is_closed: false, is_anonymous: true, type: "regular", allows_multiple_answers: false, allows_revoting: true, members_only: false };
  return say("", { fields: { poll } });
}

function askForPlace() {
  const latitude = el("input", { type: "number", step: "any", min: "-90", max: "90", required: true, value: "38.7139" });
  const longitude = el("input", { type: "number", step: "any", min: "-180", max: "180", required: true, value: "-9.1335" });
  dialog({
    title: "Send a location",
    body: [labelled("Latitude", latitude), labelled("Longitude", longitude)],
    action: "Send",
    onsubmit: () => say("", { fields: { location: { latitude: Number(latitude.value), longitude: Number(longitude.value) } } }),
  });
}
