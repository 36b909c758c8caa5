// What a drill says to the reader: verdicts, hints, what is left to do.

import { short } from "../kit/words.js";

const and = (texts) => texts.join(" and ");

/** A number that was typed, with the sign that all numbers here have. */
export const signed = (text) => text.replace(/^-/, "−");

/** Say what `grade` has found of entry k; `texts` is what stands in the fields. */
export function told({ entries }, says, texts, k, found, old) {
  const { verdict, wrong, names = [], on = [], from = [] } = found;
  const typed = (i) => `${signed(texts[i])} for ${entries[i].name}`;
  const given = on.length ? `given your ${and(on.map(typed))}` : "";
  const same = and(on) === and(from);
  const begun = same ? `the ${and(from.map((i) => signed(texts[i])))}` : and(from.map(typed));
  const problem = `${begun} ${from.length > 1 ? "are" : "is"} the problem`;
  switch (verdict) {
    case "unread":
      return `For ${entries[k].name}: ${wrong ?? "Type a number first."}`;
    case "right":
      return `${typed(k)} is right.`;
    case "follows":
      return `${typed(k)} is right, ${given}; ${problem}.`;
    case "mistake": {
      const first = names.map((name) => says[name].split(". ")[0]);
      const several = first.map((words, i) => `(${i + 1}) ${words}`).join(", or ");
      const reason = names.length > 1 ? several : says[names[0]];
      return `${typed(k)}${given && `, ${given},`} is what comes out if you ${reason}.`;
    }
    case "coarse":
      return `${typed(k)} may be rounded. Write it exactly, or as a fraction.`;
    case "stale":
      return `${typed(k)} would be right with your old ${and(from.map((i) => `${signed(old[i])} for ${entries[i].name}`))}. Work it out again.`;
    default:
      return given
        ? `${typed(k)} is not right, nor is ${and(from.map(typed))}. Begin there.`
        : `${typed(k)} is not right. Check the sign and the arithmetic, or ask for a hint.`;
  }
}

/** The hint for entry k: first the rule, then (`more`) the numbers; those of `found` as texts. */
export function hinted({ kind, given, entries }, k, more, found) {
  const { ask, name, hint } = entries[k];
  const rule = `For ${name}: ${kind.asks[ask].rule}`;
  const sum = /[×+−÷]/.test(hint);
  const factor = (text) => (sum && text.startsWith("−") ? `(${text})` : text);
  const missing = ({ name }) => (/^\w+\[[\d, ]+\]$/.test(name) ? name : `(${name})`);
  const fill = (_, what, i) => {
    const text = what === "given" ? given[i] : found[i];
    return text ? factor(signed(text)) : missing(entries[i]);
  };
  return more && hint ? `${rule} Here: ${hint.replace(/\{(given|found) (\d+)\}/g, fill)}.` : rule;
}

/** A right number as text. */
export const shown = (x) => short(Number(x.toPrecision(12)));
