// Sound as it is played in a chat: one at a time, with how far it has been heard.

import { el, fill, icon } from "./dom.js";
import { clock } from "./format.js";

const STEP_SECONDS = 5;
let playing = null;

/** One at a time, as in a conversation. */
export function toggle(media) {
  if (playing && playing !== media) playing.pause();
  playing = media;
  if (media.paused) media.play().catch(() => undefined); // what cannot be decoded stays silent
  else media.pause();
}

/** A button that plays and pauses; `words` name it, `onshow` hears of every change from 0 to 1. */
export function playButton(media, words, seconds, onshow) {
  const button = el("button", { type: "button", class: "voice-play", onclick: () => toggle(media) });
  const show = () => {
    const isPlaying = !media.paused;
    fill(button, icon(isPlaying ? "pause" : "play"));
    button.setAttribute("aria-label", `${isPlaying ? "Pause" : "Play"} ${words}, ${clock(seconds)}`);
    onshow(part(media, seconds), media.currentTime || seconds);
  };
  for (const name of ["play", "pause", "timeupdate", "ended", "seeked"]) media.addEventListener(name, show);
  show();
  return button;
}

const length = (media, seconds) => (Number.isFinite(media.duration) && media.duration > 0 ? media.duration : seconds) || 1;
const part = (media, seconds) => Math.min(1, media.currentTime / length(media, seconds));

/** Makes an element the place where one jumps to another moment, with the mouse or the arrow keys. */
export function seekable(element, media, seconds) {
  const set = (name, value) => element.setAttribute(name, value);
  const to = (moment) => { media.currentTime = Math.max(0, Math.min(length(media, seconds), moment)); };
  set("role", "slider");
  set("tabindex", "0");
  set("aria-label", "Position");
  set("aria-valuemin", "0");
  const tell = () => {
    set("aria-valuemax", String(Math.round(length(media, seconds))));
    set("aria-valuenow", String(Math.round(media.currentTime)));
    set("aria-valuetext", `${clock(media.currentTime)} of ${clock(length(media, seconds))}`);
  };
  for (const name of ["timeupdate", "loadedmetadata", "seeked"]) media.addEventListener(name, tell);
  tell();
  element.addEventListener("click", (event) => {
    const box = element.getBoundingClientRect();
    to(((event.clientX - box.left) / box.width) * length(media, seconds));
  });
  element.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: STEP_SECONDS, ArrowUp: STEP_SECONDS, ArrowLeft: -STEP_SECONDS, ArrowDown: -STEP_SECONDS };
    if (!(event.key in steps)) return;
    event.preventDefault();
    to(media.currentTime + steps[event.key]);
  });
  return element;
}
