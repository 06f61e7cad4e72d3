// Recording a round video message with the camera.

import { sendFile } from "./actions.js";
import { dialog } from "./dialog.js";
import { el } from "./dom.js";
import { clock } from "./format.js";
import { toast } from "./toasts.js";

const LONGEST_MS = 60_000; // as in Telegram's clients
const SIDE = 480;

export async function recordVideoMessage() {
  const stream = await camera();
  if (!stream) return;
  const preview = el("video", { class: "round", playsinline: true });
  preview.muted = true;
  preview.autoplay = true;
  preview.srcObject = stream;
  const timer = el("span", { class: "timer", role: "timer" }, "0:00");
  const recorder = new MediaRecorder(stream);
  const pieces = [];
  let isWanted = false;
  recorder.ondataavailable = (event) => pieces.push(event.data);
  recorder.onstop = () => isWanted && sendFile(new Blob(pieces), "video_note");
  const began = Date.now();
  const ticking = setInterval(() => {
    timer.textContent = clock((Date.now() - began) / 1000);
    if (Date.now() - began > LONGEST_MS) box.querySelector("form").requestSubmit();
  }, 250);
  const box = dialog({
    title: "Video message",
    body: el("div", { class: "camera" }, preview, el("span", { class: "camera-time" }, el("span", { class: "pulse" }), timer)),
    action: "Send",
    onsubmit: () => { isWanted = true; },
    onclose: () => {
      clearInterval(ticking);
      if (recorder.state !== "inactive") recorder.stop();
      for (const track of stream.getTracks()) track.stop();
    },
  });
  recorder.start();
}

async function camera() {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: SIDE, height: SIDE, facingMode: "user" } });
  } catch {
    toast("There is no camera, or the browser may not use it", "error");
    return null;
  }
}
