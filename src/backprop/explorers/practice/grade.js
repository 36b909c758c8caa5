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
 * `old`, which comes first if this one was not typed anew; or "wrong". `on` are the wrong numbers
 * that it stands on, and `from` those at which that began. */
export function grade(task, typed, k, old = []) {
  const { entries, answers } = task;
  const number = typed[k];
  if (!number || number.wrong) return { verdict: "unread", ...number };
  if (roundedFrom(number, answers[k])) return { verdict: "right" };
  const own = answers.map((answer, i) => typed[i]?.value ?? answer);
  const { right, wrong } = entries[k];
  /** The wrong numbers that some ways stand on, and those at which that began. */
  const stood = (...ways) => {
    const on = wrongBefore(task, typed, ways.flat());
    return { on, from: [...new Set(on.flatMap((i) => begun(task, typed, i)))] };
  };
  const base = () => stood(right); // not asked for in vain: it grades all that is before
  const follows = sum(right, own);
  if (roundedFrom(number, follows)) return { verdict: "follows", ...base() };
  const past = old.some(Boolean) && !base().on.length && typed.map((one, i) => (i < k && old[i]) || one);
  const before = past ? grade(task, past, k) : {};
  const stale = before.verdict === "follows" && { verdict: "stale", from: before.from };
  if (stale && !old[k]) return stale;
  const fitting = (fits) => wrong.filter(([, way]) => fits(sum(way, own)));
  const exact = fitting((one) => equal(number.value, one));
  const made = exact.length ? exact : fitting((one) => roundedFrom(number, one));
  if (made.length) {
    const names = made.map(([name]) => name);
    return { verdict: "mistake", names, ...stood(...made.map(([, way]) => way)) };
  }
  const coarse = number.digits > 1 && [answers[k], follows].some((x) => roundedFrom(number, x, true));
  if (coarse) return { verdict: "coarse", ...base() };
  return stale || { verdict: "wrong", ...base() };
}

/** The entries that a way is made of and that are not right. */
function wrongBefore(task, typed, way) {
  const places = new Set(way.flatMap(([places, factor]) => (factor ? places : [])));
  const right = (i) => ["right", "unread"].includes(grade(task, typed, i).verdict);
  return [...places].filter((i) => !right(i));
}

/** Where a wrong entry began to be wrong: itself, unless it follows from others. */
function begun(task, typed, i) {
  const { verdict, from } = grade(task, typed, i);
  return verdict === "follows" ? from : [i];
}
