// Choosing a sticker: one of the built-in ones, or a file.

import { sendFile } from "./actions.js";
import { dialog } from "./dialog.js";
import { el } from "./dom.js";
import { drawSticker, SIDE, STICKERS } from "./sticker_art.js";

const SHOWN = 192;

export function chooseSticker() {
  const box = dialog({
    title: "Send a sticker",
    body: [
      el("div", { class: "stickers" }, STICKERS.map(([emoji, name, face]) => {
        const shown = el("canvas", { width: SHOWN, height: SHOWN });
        drawSticker(shown, face);
        return el("button", { type: "button", class: "sticker-choice", "aria-label": `${name} ${emoji}`, title: name, onclick: () => {
          box.close();
          sendDrawn(emoji, face);
        } }, shown);
      })),
      el("button", { type: "button", class: "button", onclick: () => {
        box.close();
        chooseFile();
      } }, "A file: WebP, PNG, WebM or TGS"),
    ],
  });
}

function sendDrawn(emoji, face) {
  const canvas = el("canvas", { width: SIDE, height: SIDE });
  drawSticker(canvas, face);
  canvas.toBlob((drawn) => {
    const ending = drawn.type === "image/webp" ? "webp" : "png"; // not every browser writes WebP
    sendFile(new File([drawn], `sticker.${ending}`), "sticker", { more: { emoji } });
  }, "image/webp");
}

function chooseFile() {
  const input = el("input", { type: "file", accept: ".webp,.png,.webm,.tgs", onchange: () => sendFile(input.files[0], "sticker") });
  input.click();
}
