// What the explorers share: native controls with labels, charts whose lines move, numbers as text,
// and the way to a live kernel. Python computes and draws; this displays.

/** Make an explorer: `build(root, data, model)` fills its place on the page. */
export function explorer(build) {
  return {
    async render({ model, el }) {
      const data = model.get("data");
      const root = make("div", { class: "explorer", role: "group", "aria-label": data.label });
      const end = await build(root, data, model); // if it fails, the still picture stays
      el.append(root);
      // The built page has put `el` into the document by now; Jupyter does so after this call.
      if (el.isConnected) hideStill(el);
      else requestAnimationFrame(() => el.isConnected && hideStill(el));
      return end;
    },
  };
}

/** Mark the still picture in front of a living figure; the stylesheet hides it on screens. */
function hideStill(el) {
  const inFront = (still) => still.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING;
  const stills = [...document.querySelectorAll(".explorer-still")].filter(inFront);
  stills.at(-1)?.classList.add("explorer-replaced");
}

/** Make an HTML element with attributes and children. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Add a box of a class to `parent`: "controls", "charts" or another one of the stylesheet. */
export function box(parent, name) {
  return parent.appendChild(make("div", { class: `explorer-${name}` }));
}

// --- controls: `pick` is called with what the reader chose --------------------------------------

function control(parent, label, input, ...after) {
  // Without this mark JupyterLab takes the arrow keys from the controls of an output.
  input.dataset.lmSuppressShortcuts = "true";
  const named = make("label", {}, make("span", {}, label), input);
  parent.append(make("div", { class: "explorer-control" }, named, ...after));
}

/** A slider over a list of choices, of which `texts` are the words. `set(i)` moves it silently. */
export function slider(parent, { label, texts, index = 0, pick }) {
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
  control(parent, label, input, output);
  return { input, set };
}

/** A drop-down list. */
export function select(parent, { label, texts, index = 0, pick }) {
  const input = make("select", {}, ...texts.map((text, i) => make("option", { value: i }, text)));
  input.value = index;
  input.addEventListener("change", () => pick(Number(input.value)));
  control(parent, label, input);
  return { input, set: (i) => (input.value = i) };
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

/** Show whether a button does anything now. It stays focusable, or the keyboard would lose it. */
export function usable(element, yes) {
  element.setAttribute("aria-disabled", !yes);
}

// --- text and numbers ---------------------------------------------------------------------------

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
  const [digits, power] = x.toExponential(3).split("e").map(Number);
  const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  const sign = power < 0 ? "-" : "+";
  const text =
    power < -4 || power > 3
      ? `${trim(digits.toFixed(3))}e${sign}${String(Math.abs(power)).padStart(2, "0")}`
      : trim(x.toFixed(3 - power));
  return text.replaceAll("-", "−");
}

// --- charts -------------------------------------------------------------------------------------

/** Add a chart that Python has drawn. `line` and `dots` move those of its parts that have a key, and
 * `describe` says what it shows now; `shows` tells whether a point lies in the picture. */
export function chart(parent, { svg, x, y, size: [width, height] }) {
  const place = box(parent, "chart");
  place.innerHTML = svg;
  const right = scale(x, 0, width);
  const up = scale(y, height, 0);
  const within = (at, length) => at >= 0 && at <= length;
  const points = (xs, ys) => xs.map((value, i) => `${right(value)} ${up(ys[i])}`);
  const shows = (xValue, yValue) => within(right(xValue), width) && within(up(yValue), height);
  const part = (key) => place.querySelector(`[data-key="${key}"]`);
  return {
    describe: (words) => place.querySelector("svg").setAttribute("aria-label", words),
    shows,
    line: (key, xs, ys) => part(key).setAttribute("d", drawnThrough(points(xs, ys))),
    dots(key, xs, ys) {
      const seen = points(xs, ys).filter((_, i) => shows(xs[i], ys[i]));
      part(key).setAttribute("d", seen.map((point) => `M${point}h0`).join(""));
    },
  };
}

const drawnThrough = (points) => (points.length ? `M${points.join("L")}` : "");

/** Map the values of an axis to pixels; what lies far outside is cut at one length beyond. */
function scale({ low, high, log }, from, to) {
  const f = log ? Math.log : Number;
  return (value) => {
    const part = (f(value) - f(low)) / (f(high) - f(low));
    return (from + Math.min(2, Math.max(-1, part)) * (to - from)).toFixed(1);
  };
}

// --- a live kernel ------------------------------------------------------------------------------

let asked = 0; // numbers the questions of all views of a widget, which all hear every answer

/** Ask a live kernel for exact settings. `ready` is called if there is one; in the built page
 * nobody answers. Returns `ask(settings)`, which is followed by `answer(data, buffers)` or
 * `refuse(reason)`; an answer that a newer question has overtaken is dropped. */
export function kernel(model, { ready, answer, refuse }) {
  let [newest, greeted] = [0, false];
  const listen = (message, buffers) => {
    if (message.answer === "hello" && !greeted) {
      greeted = true;
      ready();
    }
    if (message.id !== newest) return;
    if (message.answer === "exact") answer(message.data, buffers);
    if (message.answer === "refused") refuse(message.reason);
  };
  model.on("msg:custom", listen);
  model.send({ ask: "hello" });
  const ask = (settings) => model.send({ ask: "exact", id: (newest = ++asked), settings });
  const forget = () => (newest = -1); // the reader has moved on: no answer is wanted any more
  return { ask, forget, end: () => model.off("msg:custom", listen) };
}
