// Voice messages and music as they are played: waveform or bar, how far it was heard, how long it is.

import { el } from "./dom.js";
import { clock } from "./format.js";
import { playButton, seekable } from "./player.js";

const BARS = 42;

export function voiceNode(source, voice) {
  const audio = el("audio", { src: source, preload: "none" });
  const time = el("span", { class: "voice-time" });
  const bars = el("div", { class: "bars", dir: "ltr" }, Array.from({ length: BARS }, () => el("i")));
  const button = playButton(audio, "the voice message", voice.duration, (heard, seconds) => {
    [...bars.children].forEach((bar, number) => bar.classList.toggle("heard", number / BARS < heard));
    time.textContent = clock(seconds);
  });
  draw(source, bars);
  return el("div", { class: "voice" }, button, seekable(bars, audio, voice.duration), time, audio);
}

/** The bars are as high as the loudest moment in their part of the recording, which the server has measured. */
async function draw(source, bars) {
  const response = await fetch(`${source}/waveform`);
  const levels = response.ok ? await response.json() : [];
  if (levels.length === 0) return void bars.classList.add("unknown");
  [...bars.children].forEach((bar, number) => {
    const from = Math.floor((number * levels.length) / BARS);
    const to = Math.max(from + 1, Math.floor(((number + 1) * levels.length) / BARS));
    bar.style.blockSize = `${Math.round(12 + (88 * Math.max(...levels.slice(from, to))) / 31)}%`;
  });
}

export function audioNode(source, audio) {
  const media = el("audio", { src: source, preload: "none" });
  const title = audio.title || audio.file_name || "Audio";
  const time = el("span", { class: "voice-time" });
  const done = el("i");
  const bar = el("div", { class: "heard-bar", dir: "ltr" }, done);
  const button = playButton(media, `“${title}”`, audio.duration ?? 0, (heard, seconds) => {
    done.style.inlineSize = `${heard * 100}%`;
    time.textContent = clock(seconds);
  });
  const by = audio.performer ? el("bdi", { class: "file-size" }, audio.performer) : null;
  return el("div", { class: "voice audio" }, button, el("div", { class: "audio-words" }, el("bdi", { class: "file-name" }, title), by, seekable(bar, media, audio.duration ?? 0)), time, media);
}
