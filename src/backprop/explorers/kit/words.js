// What an explorer says, and numbers as text.

import { make } from "./explorer.js";

/** A line of text that screen readers speak when it changes. It is as high as the longest of the
 * texts that it may show, so that the page below does not move. Which of them takes the most lines
 * depends on the width of the page, so several make room. */
export function liveText(parent, texts) {
  const text = make("p", { "aria-live": "polite" });
  const longest = [...new Set(texts)].sort((a, b) => b.length - a.length).slice(0, 8);
  const rooms = longest.map((words) => make("p", { "aria-hidden": "true" }, words));
  parent.append(make("div", { class: "explorer-text" }, ...rooms, text));
  return (words) => (text.textContent = words);
}

export const longest = (texts) => texts.reduce((a, b) => (b.length > a.length ? b : a), "");

/** Write a number as Python's `short` does (format `.4g`, a real minus sign). Python has rounded it
 * to four digits already, so that no tie is left to be rounded in another way. */
export function short(x) {
  if (!Number.isFinite(x)) return x < 0 ? "−∞" : "∞";
  const [digits, power] = x.toExponential(3).split("e").map(Number);
  const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  const sign = power < 0 ? "-" : "+";
  const text =
    power < -4 || power > 3
      ? `${trim(digits.toFixed(3))}e${sign}${String(Math.abs(power)).padStart(2, "0")}`
      : trim(x.toFixed(3 - power));
  return text.replaceAll("-", "−");
}
