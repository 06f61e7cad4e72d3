// A photo over the whole page: the others of its album, what is written under it, saving it, drawing on it.

import { doodle } from "./doodle.js";
import { el, iconButton } from "./dom.js";
import { compose } from "./compose_state.js";

const addressOf = (largest) => `/page/files/${encodeURIComponent(largest.file_id)}`;

/** Shows a photo; the arrow keys go on to the others of its album. `message` may be a block of a rich message. */
export function view(largest, message, opener) {
  const album = [...(opener.closest(".album, .collage")?.querySelectorAll(".photo") ?? [])];
  const close = () => dialog.close();
  const go = (step) => {
    close();
    album[(album.indexOf(opener) + step + album.length) % album.length].click();
  };
  const address = addressOf(largest);
  const isMessage = message.message_id !== undefined;
  const dialog = el("dialog", { class: "viewer", "aria-label": "Photo", onclick: (event) => event.target === dialog && close() },
    el("div", { class: "viewer-tools" },
      isMessage ? iconButton("reply", "Reply to this photo", () => {
        close();
        compose.reply(message);
      }) : null,
      iconButton("brush", "Draw on this photo", () => {
        close();
        doodle(address, isMessage ? message.message_id : null);
      }),
      el("a", { class: "icon-button", href: address, download: `photo-${message.message_id ?? "block"}.jpg`, "aria-label": "Save this photo", title: "Save this photo" }, iconOf("save")),
      iconButton("close", "Close", close)),
    el("figure", {}, el("img", { src: address, alt: message.caption || "Photo" }), message.caption ? el("figcaption", { dir: "auto" }, message.caption) : null),
    album.length > 1 ? [iconButton("back", "Previous photo", () => go(-1), { class: "icon-button viewer-back" }), iconButton("next", "Next photo", () => go(1), { class: "icon-button viewer-next" }),
      el("span", { class: "viewer-count" }, `${album.indexOf(opener) + 1} of ${album.length}`)] : null);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step && album.length > 1) go(document.dir === "rtl" ? -step : step);
  });
  document.body.append(dialog);
  dialog.showModal();
}

const iconOf = (name) => iconButton(name, "", undefined).firstElementChild;
