// Short words at the bottom that go by themselves, and alerts that must be closed.

import { el } from "./dom.js";

const SHOWN_MS = 4500;

export function toast(text, kind = "note") {
  const bubble = el("div", { class: `toast ${kind}`, dir: "auto" }, text);
  document.getElementById("toasts").append(bubble);
  setTimeout(() => bubble.remove(), SHOWN_MS);
}

/** Words that the bot wants to be read: they stay until they are closed. */
export function alertBox(title, text) {
  const dialog = el(
    "dialog",
    { class: "dialog alert", "aria-label": title },
    el("h2", {}, title),
    el("p", { dir: "auto" }, text),
    el("form", { method: "dialog", class: "dialog-buttons" }, el("button", { class: "button primary" }, "OK")),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
