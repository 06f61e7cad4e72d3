// A voice message as it is played: its waveform, how far it has been heard, how long it is.

import { el, fill, icon } from "./dom.js";
import { clock } from "./format.js";

const BARS = 42;
let playing = null;

export function voiceNode(source, voice) {
  const audio = el("audio", { src: source, preload: "none" });
  const time = el("span", { class: "voice-time" }, clock(voice.duration));
  const bars = el("div", { class: "bars", "aria-hidden": "true" }, Array.from({ length: BARS }, () => el("i")));
  const button = el("button", { type: "button", class: "voice-play", onclick: () => toggle(audio) });
  const show = () => {
    const isPlaying = !audio.paused;
    fill(button, icon(isPlaying ? "pause" : "play"));
    button.setAttribute("aria-label", `${isPlaying ? "Pause" : "Play"} the voice message, ${clock(voice.duration)}`);
    const heard = audio.duration ? audio.currentTime / audio.duration : 0;
    [...bars.children].forEach((bar, number) => bar.classList.toggle("heard", number / BARS < heard));
    time.textContent = clock(audio.currentTime || voice.duration);
  };
  for (const name of ["play", "pause", "timeupdate", "ended"]) audio.addEventListener(name, show);
  show();
  draw(source, bars);
  return el("div", { class: "voice" }, button, bars, time, audio);
}

/** One at a time, as in a conversation. */
function toggle(audio) {
  if (playing && playing !== audio) playing.pause();
  playing = audio;
  if (audio.paused) audio.play();
  else audio.pause();
}

/** The bars are as high as the loudest moment in their part of the recording. */
async function draw(source, bars) {
  try {
    const bytes = await (await fetch(source)).arrayBuffer();
    const samples = (await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes)).getChannelData(0);
    const size = Math.max(1, Math.floor(samples.length / BARS));
    const peaks = Array.from({ length: BARS }, (_, bar) => samples.subarray(bar * size, (bar + 1) * size).reduce((most, one) => Math.max(most, Math.abs(one)), 0));
    const highest = Math.max(...peaks, 0.01);
    peaks.forEach((peak, bar) => { bars.children[bar].style.blockSize = `${Math.round(12 + (88 * peak) / highest)}%`; });
  } catch {
    bars.classList.add("unknown");
  }
}
