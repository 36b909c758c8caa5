// Native controls with labels. `pick` is called with what the reader chose, and `key` is what the
// choice is called in the address of the page.

import { keyed } from "./address.js";
import { make } from "./explorer.js";

function control(parent, label, input, ...after) {
  // Without this mark JupyterLab takes the arrow keys from the controls of an output.
  input.dataset.lmSuppressShortcuts = "true";
  const named = make("label", {}, make("span", {}, label), input);
  parent.append(make("div", { class: "explorer-control" }, named, ...after));
}

/** A slider over a list of choices, of which `texts` are the words. `set(i)` moves it silently. */
export function slider(parent, { label, key, texts, index = 0, pick }) {
  const input = make("input", { type: "range", min: 0, max: texts.length - 1, step: 1 });
  input.style.setProperty("--choices", texts.length);
  // Not live: a screen reader already speaks the slider's own value text.
  const output = make("output", { "aria-live": "off" });
  output.style.minWidth = `${Math.max(...texts.map((text) => text.length))}ch`;
  const set = (i) => {
    input.value = i;
    output.textContent = texts[i];
    input.setAttribute("aria-valuetext", texts[i]);
  };
  set(index);
  const choose = (i) => {
    set(i);
    pick(i);
  };
  input.addEventListener("input", () => choose(Number(input.value)));
  // A finger sets the value where it comes down. If it then scrolls the page, that was not meant.
  let before;
  input.addEventListener("pointerdown", () => (before = Number(input.value)));
  input.addEventListener("pointercancel", () => choose(before));
  keyed(input, key, { texts, at: () => Number(input.value), choose });
  control(parent, label, input, output);
  return { input, set };
}

/** A drop-down list. `set(i)` chooses silently, and `fill(words)` puts another list in its place. */
export function select(parent, { label, key, texts, index = 0, pick }) {
  const input = make("select");
  const set = (i) => (input.value = i);
  const choose = (i) => {
    set(i);
    pick(i);
  };
  const choice = { at: () => Number(input.value), choose };
  const fill = (words) => {
    choice.texts = words;
    input.replaceChildren(...words.map((text, i) => make("option", { value: i }, text)));
  };
  fill(texts);
  set(index);
  input.addEventListener("change", () => pick(Number(input.value)));
  keyed(input, key, choice);
  control(parent, label, input);
  return { input, fill, set };
}

/** A field for any number; `pick` gets it when the reader has finished typing. */
export function field(parent, { label, pick }) {
  const input = make("input", { type: "number", step: "any" });
  const take = () => input.value && pick(input.valueAsNumber);
  input.addEventListener("change", take);
  // JupyterLab keeps Enter from meaning "changed".
  input.addEventListener("keydown", ({ key }) => key === "Enter" && take());
  control(parent, label, input);
  return input;
}

export function button(parent, label, press) {
  const element = make("button", { type: "button" }, label);
  element.dataset.lmSuppressShortcuts = "true";
  element.addEventListener("click", press);
  parent.append(element);
  return element;
}

/** A button that lets a figure run. `next()` goes on by one step, `more()` tells whether there is
 * one, and `again()` goes back to the start. Who wants no motion and presses it has asked for the
 * next picture, not for a film: the button then says `one` and goes on by one step a press. */
export function player(parent, { label, one, every, next, more, again }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let timer = 0;
  /** Screen readers would not come to an end while it plays: they hear where it has stopped. */
  const speak = (how) => {
    for (const text of parent.closest(".explorer").querySelectorAll("p[aria-live]")) {
      text.setAttribute("aria-live", how);
      text.textContent = text.textContent; // which is news
    }
  };
  const element = button(parent, label, () => {
    if (timer) return stop();
    const ended = !more();
    if (ended) again();
    if (still.matches) return ended || next();
    element.textContent = "Pause";
    speak("off");
    timer = setInterval(() => (more() ? next() : stop()), every);
  });
  element.style.minWidth = "5rem"; // as its words change
  const stop = () => {
    clearInterval(timer);
    if (timer) speak("polite");
    timer = 0;
    element.textContent = still.matches ? one : label;
  };
  still.addEventListener("change", stop);
  stop();
  const end = () => {
    stop();
    still.removeEventListener("change", stop);
  };
  return { stop, end };
}

/** Show whether a button does anything now. It stays focusable, or the keyboard would lose it. */
export function usable(element, yes) {
  element.setAttribute("aria-disabled", !yes);
}
