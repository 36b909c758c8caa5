// What a typed number is: right, right for a wrong number before it, or the mark of a mistake.

import { equal, roundedFrom } from "../kit/typed.js";

/** The sum that factors make of numbers: each factor times the numbers at its places. */
const sum = (way, numbers) =>
  way.reduce((all, [places, factor]) => all + places.reduce((x, i) => x * numbers[i], factor), 0);

/** Read task n of a stage: its kind, what is given, and how each entry is made of earlier ones. */
export function taskOf({ kinds, tasks }, n) {
  const [place, given, numbers] = tasks[n].split(";");
  const kind = kinds[place];
  const factors = numbers.split(" ").map(Number);
  let next = 0;
  const paired = (listed) => listed.map((places) => [places, factors[next++]]);
  const entries = kind.entries.map((text) => {
    const { right, wrong, ...entry } = JSON.parse(text);
    const ways = [right, ...Object.values(wrong)].map(paired);
    return { ...entry, right: ways.shift(), wrong: Object.keys(wrong).map((name, i) => [name, ways[i]]) };
  });
  const answers = [];
  for (const { right } of entries) answers.push(sum(right, answers));
  return { kind, given: given.split(","), entries, answers };
}

/** Judge entry k of what has been typed, a list of what `read` made of each field. The verdict is
 * "right"; "follows", right for the numbers before it; "mistake", with the names of those that fit;
 * "coarse", perhaps one of these rounded; "stale", right for a number that stood there before, in
 * `old`; or "wrong". `on` are the wrong numbers that it stands on,
 * and `from` those at which that began. */
export function grade(task, typed, k, old = []) {
  const { entries, answers } = task;
  const number = typed[k];
  if (!number || number.wrong) return { verdict: "unread", ...number };
  if (roundedFrom(number, answers[k])) return { verdict: "right" };
  const own = answers.map((answer, i) => typed[i]?.value ?? answer);
  const on = wrongBefore(task, typed, k);
  const from = [...new Set(on.flatMap((i) => begun(task, typed, i)))];
  const [follows, ...others] = [entries[k].right, ...entries[k].wrong.map(([, way]) => way)].map(
    (way) => sum(way, own),
  );
  if (roundedFrom(number, follows)) return { verdict: "follows", on, from };
  const fitting = (fits) => entries[k].wrong.flatMap(([name], i) => (fits(others[i]) ? [name] : []));
  const exact = fitting((one) => equal(number.value, one));
  const names = exact.length ? exact : fitting((one) => roundedFrom(number, one));
  if (names.length) return { verdict: "mistake", names, on, from };
  const coarse = number.digits > 1 && [answers[k], follows].some((x) => roundedFrom(number, x, true));
  if (coarse) return { verdict: "coarse", on, from };
  if (on.length || !old.some(Boolean)) return { verdict: "wrong", on, from };
  const past = grade(task, typed.map((one, i) => (i < k && old[i]) || one), k);
  return past.verdict === "follows" ? { verdict: "stale", from: past.from } : { verdict: "wrong" };
}

/** The entries that entry k is made of and that are not right. */
function wrongBefore(task, typed, k) {
  const places = new Set(task.entries[k].right.flatMap(([places]) => places));
  const right = (i) => ["right", "unread"].includes(grade(task, typed, i).verdict);
  return [...places].filter((i) => !right(i));
}

/** Where a wrong entry began to be wrong: itself, unless it follows from others. */
function begun(task, typed, i) {
  const { verdict, from } = grade(task, typed, i);
  return verdict === "follows" ? from : [i];
}
