// A question: the reader commits to an answer, and then sees whether it is right, and why.

import { showFigure } from "../kit/address.js";
import { button, usable } from "../kit/controls.js";
import { explorer, make } from "../kit/explorer.js";
import { keep, kept } from "../kit/kept.js";
import { read, roundedFrom } from "../kit/typed.js";

const ALL = "questions"; // what is kept under it: {key: {said: [texts], right, shown}}

export default explorer((root, { key, form, answer, replies, told, because, show }) => {
  root.innerHTML = form;
  const inputs = [...root.querySelectorAll("input")];
  const texts = inputs.map((input) => input.nextSibling?.textContent);
  const choosing = inputs[0].type === "radio";
  const line = root.appendChild(make("div", { class: "explorer-buttons" }));
  const check = button(line, "Check", commit);
  const reveal = button(line, "Show the answer", () => end({ shown: true }));
  const tell = root.appendChild(make("div", { class: "question-told", "aria-live": "polite" }));
  /** What is kept now: another tab may have changed it. */
  const now = () => {
    const { said, ...decided } = kept(ALL)?.[key] ?? {};
    return { said: Array.isArray(said) ? said : [], ...decided };
  };
  let past = now();
  const over = () => past.right || past.shown;

  /** What stands there now: in words, whether it is right, and the reply to it if it is not. */
  function judged() {
    if (choosing) {
      const i = inputs.findIndex(({ checked }) => checked);
      return i < 0 ? { wrong: "Choose one first." } : { said: texts[i], right: i === answer, reply: replies[i] };
    }
    const said = inputs[0].value.trim();
    const typed = read(said) ?? { wrong: "Type a number first." };
    if (typed.wrong) return typed;
    const right = roundedFrom(typed, answer);
    const reply = replies.find(([value]) => roundedFrom(typed, value))?.[1];
    const near = !right && !reply && typed.half < 0.5 && roundedFrom(typed, answer, true);
    return near ? { wrong: "That is rounded too far to tell: give three digits." } : { said, right, reply };
  }

  function commit() {
    if (over()) return;
    const { wrong, ...found } = judged();
    if (wrong) write(wrong);
    else end(found);
  }

  /** Keep an answer, or that it was shown. What another tab has decided stays, and a key that is held
   * down is one answer. */
  function end({ said, right, shown }) {
    if (over()) return;
    past = now();
    if (!over() && (shown || said !== past.said.at(-1))) {
      past = { said: past.said.concat(said ?? []), right, shown };
      keep(ALL, { ...kept(ALL), [key]: past });
    }
    draw();
    if (over() && show) showFigure(show);
  }

  const write = (...lines) =>
    tell.replaceChildren(
      ...lines.map((text) => Object.assign(make("p"), { innerHTML: text })),
    );

  function draw() {
    const last = past.said.at(-1);
    for (const [i, input] of inputs.entries()) {
      if (choosing) input.checked = last === texts[i];
      else input.value = last ?? "";
      input.readOnly = over();
    }
    usable(check, !over());
    reveal.hidden = !past.said.length;
    usable(reveal, !over());
    if (past.right) write(`<strong>✓ Right.</strong> ${because}`);
    else if (last !== undefined) {
      write(
        `<strong>✗ No.</strong> ${judged().reply ?? "It is something else."}`,
        ...(past.shown ? [`<strong>The answer: ${told}.</strong> ${because}`] : []),
      );
    }
  }

  root.addEventListener("keydown", ({ key, target }) => {
    if (key === "Enter" && inputs.includes(target)) commit();
  });
  // What has been decided stays: a list to choose from knows no readOnly.
  root.addEventListener("click", (event) => {
    if (choosing && over() && inputs.includes(event.target)) event.preventDefault();
  });
  draw();
}, "question");
