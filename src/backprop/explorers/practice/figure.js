import { keyed } from "../kit/address.js";
import { button, usable } from "../kit/controls.js";
import { box, explorer, make } from "../kit/explorer.js";
import { keep, kept } from "../kit/kept.js";
import { kernel } from "../kit/kernel.js";
import { read } from "../kit/typed.js";
import { liveText, longest } from "../kit/words.js";
import { grade, taskOf } from "./grade.js";
import { hinted, shown, told } from "./sentences.js";
import { sheet } from "./sheet.js";

const START = "Type each number; Enter checks it.";
const WORK = "practice"; // what is kept: here how many tasks are solved, below it the work on each level

export default explorer((root, { level, stages, says }, model) => {
  let [stage, number] = [0, 0]; // of the task that is shown
  let [task, parts, current] = [undefined, undefined, 0];
  let [old, before] = [[], []]; // texts that were checked and are no longer there, and that are
  let [checked, hints, given, counted] = [new Set(), new Map(), new Set(), false];

  const title = root.appendChild(make("p", { class: "explorer-title" }));
  const paper = box(root, "sheet");
  const tell = liveText(root, longestSentences(says)); // above the fields: a keyboard hides what is below
  const answers = box(root, "answers");
  const buttons = box(root, "buttons");
  button(buttons, "Check", checkAll);
  button(buttons, "Hint", giveHint);
  button(buttons, "Show me", showAnswer);
  const another = button(buttons, "Another one", () => go(stage, number + 1));
  const easier = button(buttons, "Easier", () => stage > 0 && go(stage - 1, 0));
  const harder = button(buttons, "Harder", () => stage < stages.length - 1 && go(stage + 1, 0));
  if (stages.length < 2) [easier, harder].forEach((element) => element.remove());

  const numbered = (count) => Array.from({ length: count }, (_, i) => String(i + 1));
  keyed(buttons, "stage", {
    texts: numbered(stages.length),
    at: () => stage,
    first: 0,
    choose: (i) => i === stage || open(i, 0, { visited: true }),
  });
  keyed(another, "task", {
    texts: numbered(stages[0].tasks.length),
    at: () => number,
    first: 0,
    choose: (i) => i === number || open(stage, i, { visited: true }),
  });
  let live = false; // a kernel draws further tasks; without one they begin again
  const more = kernel(model, { ready: () => (live = true), answer: addTask, refuse: tell });

  function go(s, n) {
    const { tasks, next } = stages[s];
    if (n < tasks.length) return open(s, n);
    if (live) return more.ask({ stage: s, number: next + n + 1 });
    open(s, 0);
  }

  /** Add a task that the kernel has drawn, and open it. */
  function addTask({ stage: s, kinds, tasks }) {
    const here = stages[s];
    const [, ...rest] = tasks[0].split(";");
    here.tasks.push([here.kinds.push(kinds[0]) - 1, ...rest].join(";"));
    open(s, here.tasks.length - 1);
  }

  function open(s, n, work = {}) {
    [stage, number, task, current] = [s, n, taskOf(stages[s], n), 0];
    [checked, hints] = [new Set(work.checked), new Map()];
    [given, counted] = [new Set(work.given), work.counted];
    [old, before] = [[], []];
    parts = sheet(paper, answers, task, { focus, change, enter: check });
    const place = `${stages[s].name}, task ${n + 1} of ${stages[s].tasks.length}`;
    title.textContent = place;
    usable(easier, s > 0);
    usable(harder, s < stages.length - 1);
    work.texts?.forEach((text, k) => (parts.fields[k].value = text));
    markAll(work.visited);
    focus(left()[0] ?? 0);
    tell(checked.size ? summary() : `${place}. ${START}`);
  }

  /** What stands in the fields; 7. is 7, or a sentence with it would end there. */
  const texts = () => parts.fields.map(({ value }) => value.trim().replace(/[.,]$/, ""));
  const graded = (k) => grade(task, texts().map(read), k, old.map(read));
  const left = () => parts.fields.flatMap((_, k) => (graded(k).verdict === "right" ? [] : [k]));

  function focus(k) {
    parts.point((current = k));
  }

  function change(k) {
    if (checked.has(k)) old[k] = before[k];
    checked.delete(k);
    parts.mark(k);
    parts.point(k);
  }

  function check(k) {
    checked.add(k);
    markAll();
    const next = left().find((i) => i > k);
    tell(left().length ? told(task, says, texts(), k, graded(k), old) : summary());
    if (graded(k).verdict === "right" && next !== undefined) parts.fields[next].focus();
  }

  function checkAll() {
    texts().forEach((text, k) => text && checked.add(k));
    current = left().find((k) => checked.has(k)) ?? current; // what help is now for
    markAll();
    tell(checked.size ? summary() : told(task, says, texts(), current, graded(current), old));
  }

  /** Mark all that has been checked anew: what follows from a number changes with it. Keep it, unless
   * an address has only led here: then what the reader did before stays kept. */
  function markAll(visited) {
    before = texts();
    parts.fields.forEach((_, k) => parts.mark(k, checked.has(k) ? graded(k).verdict : undefined));
    parts.point(current);
    const solved = !left().length;
    if (solved && !counted && !given.size) {
      counted = true;
      const done = kept(WORK) ?? {};
      keep(WORK, { ...done, [level]: (done[level] ?? 0) + 1 });
    }
    if (visited) return;
    const work = { stage, number, texts: texts(), checked: [...checked], given: [...given], counted };
    keep(`${WORK}/${level}`, { ...work, of: stages[stage].tasks[number] });
  }

  /** Say how far the reader is, and what is the matter with the first number that is not right. */
  function summary() {
    const open = left();
    const wrong = open.find((k) => checked.has(k));
    const count = parts.fields.length;
    if (!open.length) {
      return given.size
        ? `All ${count} numbers are there, ${given.size} of them shown to you. Try another one.`
        : `All ${count} numbers are right. Go on with another one${
            stage < stages.length - 1 ? ", or a harder one" : ""
          }.`;
    }
    const far = `${count - open.length} of ${count} right.`;
    return wrong === undefined ? far : `${far} ${told(task, says, texts(), wrong, graded(wrong), old)}`;
  }

  /** The field that help is for: where the reader is, or else the first that is not right. */
  const helped = () => (graded(current).verdict === "right" ? left()[0] : current);

  /** The right numbers that the reader has: help builds on these, and gives no other away. */
  const known = () => texts().map((text, i) => (graded(i).verdict === "right" ? text : undefined));

  function giveHint() {
    const k = helped();
    if (k === undefined) return tell(summary());
    hints.set(k, (hints.get(k) ?? 0) + 1);
    focus(k);
    tell(hinted(task, k, hints.get(k) > 1, known()));
  }

  function showAnswer() {
    const k = helped();
    if (k === undefined) return tell(summary());
    change(k);
    parts.fields[k].value = shown(task.answers[k]);
    given.add(k);
    checked.add(k);
    focus(k);
    markAll();
    const worked = hinted(task, k, true, known());
    tell(`${worked} It is ${parts.fields[k].value}.${left().length ? "" : ` ${summary()}`}`);
  }

  const work = kept(`${WORK}/${level}`);
  // in another edition of the book another task may stand there
  const there = work?.of && stages[work.stage]?.tasks[work.number] === work.of;
  open(there ? work.stage : 0, there ? work.number : 0, there ? work : {});
  return more.end;
});

/** Some of the longest texts that a drill can say, to make room for them. */
function longestSentences(says) {
  return [`−12.5 for the gradient of b is what comes out if you ${longest(Object.values(says))}.`];
}
