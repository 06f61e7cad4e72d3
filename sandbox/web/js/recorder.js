// Recording a voice message in the browser.

import { sendFile } from "./actions.js";
import { el, icon, iconButton } from "./dom.js";
import { clock } from "./format.js";
import { toast } from "./toasts.js";

const SHORTEST_MS = 400;

/** The row that stands in place of the message field while one speaks; `onend` puts the field back. */
export async function record(place, onend) {
  const stream = await microphone();
  if (!stream) return;
  const recorder = new MediaRecorder(stream);
  const pieces = [];
  const began = Date.now();
  let isWanted = false;
  const timer = el("span", { class: "timer", role: "timer" }, "0:00");
  const ticking = setInterval(() => { timer.textContent = clock((Date.now() - began) / 1000); }, 250);
  const stop = (isToSend) => {
    isWanted = isToSend && Date.now() - began > SHORTEST_MS;
    recorder.stop();
  };
  const row = el("div", { class: "composer-row recording", onkeydown: (event) => event.key === "Escape" && stop(false) },
    iconButton("trash", "Throw the recording away", () => stop(false)),
    el("div", { class: "field" }, el("span", { class: "pulse" }), timer, el("span", { class: "hint" }, "Recording…")),
    iconButton("send", "Send the recording", () => stop(true), { class: "icon-button send" }));
  recorder.ondataavailable = (event) => pieces.push(event.data);
  recorder.onstop = () => {
    clearInterval(ticking);
    for (const track of stream.getTracks()) track.stop();
    row.remove();
    onend();
    if (isWanted) sendFile(new Blob(pieces), "voice");
  };
  place.append(row);
  row.querySelector(".send").focus();
  recorder.start();
}

async function microphone() {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    toast("There is no microphone, or the browser may not use it", "error");
    return null;
  }
}

export const micButton = (onclick) => el("button", { type: "button", class: "icon-button mic", "aria-label": "Record a voice message", title: "Record a voice message", onclick }, icon("mic"));
