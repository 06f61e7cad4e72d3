// A window over the page with a form in it.

import { el, iconButton } from "./dom.js";

/** Shows it at once; `onsubmit` runs when the form is sent. */
export function dialog({ title, body, action, onsubmit, onclose = () => undefined }) {
  const close = () => box.close();
  const box = el("dialog", { class: "dialog", "aria-label": title },
    el("div", { class: "dialog-head" }, el("h2", {}, title), iconButton("close", "Close", close)),
    el("form", { method: "dialog", onsubmit: () => onsubmit?.() }, el("div", { class: "dialog-body" }, body),
      action ? el("div", { class: "dialog-buttons" }, el("button", { type: "button", class: "button", onclick: close }, "Cancel"), el("button", { class: "button primary" }, action)) : null));
  box.addEventListener("close", () => {
    box.remove();
    onclose();
  });
  box.addEventListener("keydown", (event) => event.stopPropagation());
  document.body.append(box);
  box.showModal();
  return box;
}

/** Asks before something is done. */
export function confirm(title, words, action, onsubmit) {
  return dialog({ title, body: el("p", { dir: "auto" }, words), action, onsubmit });
}

export const labelled = (label, input) => el("label", { class: "labelled" }, el("span", {}, label), input);

export const checked = (label, input, hint = "") => el("label", { class: "check" }, input, el("span", {}, label, hint ? el("small", {}, hint) : null));
