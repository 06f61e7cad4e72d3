// Light, dark, or as the system has it until one is chosen.

import { remembered } from "./store.js";

const system = matchMedia("(prefers-color-scheme: dark)");

export function applyTheme() {
  const chosen = remembered.get("theme", system.matches ? "dark" : "light");
  document.documentElement.dataset.theme = chosen;
}

export function toggleTheme() {
  remembered.set("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  applyTheme();
}

system.addEventListener("change", applyTheme);
