// Moving pictures in a message: films, GIFs, round video messages, stickers that move.

import { el, icon } from "./dom.js";
import { clock } from "./format.js";
import { playButton, toggle } from "./player.js";

const TURN = 2 * Math.PI * 49;
const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const shaped = (film) => (film.width && film.height ? { width: film.width, height: film.height } : {});

export function filmNode(source, film, poster, label = "Video") {
  return el("video", { controls: true, playsinline: true, preload: "metadata", src: source, poster, class: "film", "aria-label": label, ...shaped(film) });
}

/** Plays silently, over and over; a press stops it. */
export function gifNode(source, film, poster) {
  if (film.mime_type === "image/gif") return el("img", { class: "film", src: source, alt: "GIF", ...shaped(film) });
  const video = silent(source, { class: "film", poster, ...shaped(film) });
  return pressed(video, "GIF", el("span", { class: "badge-gif", "aria-hidden": "true" }, "GIF"));
}

/** A film without sound that runs by itself, unless the person wants things to stay still. */
function silent(source, props) {
  const video = el("video", { loop: true, playsinline: true, src: source, preload: "auto", ...props });
  video.muted = true; // as an attribute it only counts while HTML is read
  video.autoplay = !isCalm();
  return video;
}

function pressed(video, words, ...more) {
  const button = el("button", { type: "button", class: "moving", onclick: () => (video.paused ? video.play().catch(() => undefined) : video.pause()) }, video, more);
  const show = () => button.setAttribute("aria-label", `${video.paused ? "Play" : "Pause"} the ${words}`);
  for (const name of ["play", "pause"]) video.addEventListener(name, show);
  show();
  return button;
}

/** Round, with a ring that shows how far it has been seen; silent until it is pressed. */
export function videoNoteNode(source, note, poster) {
  const video = el("video", { class: "round", playsinline: true, preload: "metadata", src: source, poster });
  const ring = ringNode();
  const time = el("span", { class: "round-time" });
  const button = playButton(video, "the video message", note.duration, (seen, seconds) => {
    ring.lastElementChild.style.strokeDashoffset = String(TURN * (1 - seen));
    time.textContent = clock(seconds);
  });
  video.addEventListener("click", () => toggle(video));
  return el("div", { class: "video-note" }, video, ring, button, time);
}

function ringNode() {
  const make = (name, props) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(props)) node.setAttribute(key, value);
    return node;
  };
  const svg = make("svg", { viewBox: "0 0 100 100", class: "ring", "aria-hidden": "true" });
  svg.append(make("circle", { cx: "50", cy: "50", r: "49", "stroke-dasharray": String(TURN), "stroke-dashoffset": String(TURN) }));
  return svg;
}

export function stickerNode(source, sticker) {
  const label = `Sticker ${sticker.emoji ?? ""}`.trim();
  if (sticker.is_animated) return animated(source, label, sticker.emoji);
  if (sticker.is_video) return silent(source, { class: "sticker", role: "img", "aria-label": label });
  return el("img", { class: "sticker", src: source, alt: label });
}

/** A .tgs file: a packed drawing that moves, played by lottie-web, which is fetched when the first one comes. */
function animated(source, label, emoji) {
  const place = el("div", { class: "sticker lottie", role: "img", "aria-label": label });
  play(source, place).catch(() => place.replaceChildren(emoji ? el("span", { class: "emoji-only" }, emoji) : icon("sticker")));
  return place;
}

async function play(source, place) {
  const lottie = await player();
  const packed = (await fetch(source)).body.pipeThrough(new DecompressionStream("gzip"));
  const animationData = await new Response(packed).json();
  lottie.loadAnimation({ container: place, renderer: "canvas", loop: true, autoplay: !isCalm(), animationData });
}

/** As a module, since the page lets no address become a script; it leaves its name behind as scripts do. */
async function player() {
  await import("/web/vendor/lottie/lottie_light_canvas.min.js");
  return window.lottie;
}
