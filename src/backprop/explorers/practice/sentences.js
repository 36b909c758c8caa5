// What a drill says to the reader: verdicts, hints, what is left to do.

import { short } from "../kit/words.js";

const and = (texts) => texts.join(" and ");

/** Say what `grade` has found of entry k; `texts` is what stands in the fields. */
export function told({ entries }, says, texts, k, found) {
  const { verdict, wrong, names = [], on = [], from = [] } = found;
  const typed = (i) => `${texts[i]} for ${entries[i].name}`;
  const given = on.length ? `given your ${and(on.map(typed))}` : "";
  const same = and(on) === and(from);
  const begun = same ? `the ${and(from.map((i) => texts[i]))}` : and(from.map(typed));
  const problem = `${begun} ${from.length > 1 ? "are" : "is"} the problem`;
  switch (verdict) {
    case "unread":
      return `For ${entries[k].name}: ${wrong ?? "Type a number first."}`;
    case "right":
      return `${typed(k)} is right.`;
    case "follows":
      return `${typed(k)} is right, ${given}; ${problem}.`;
    case "mistake": {
      const reasons = names.map((name) => `if you ${says[name]}.`).join(" Or ");
      return `${typed(k)}${given && `, ${given},`} is what comes out ${reasons}`;
    }
    case "coarse":
      return `${typed(k)} cannot be judged: if it is rounded, write three digits or a fraction.`;
    default:
      return `${typed(k)} is not right, and no mistake known here leads to it.${
        given && ` Your ${and(from.map(typed))} is not right either.`
      }`;
  }
}

/** The hint for entry k: first the rule, then (`more`) the numbers; those of `found` as texts. */
export function hinted({ kind, given, entries }, k, more, found) {
  const { ask, name, hint } = entries[k];
  const rule = `For ${name}: ${kind.asks[ask].rule}`;
  const fill = (_, what, i) => (what === "given" ? given[i] : (found[i] ?? `(${entries[i].name})`));
  return more ? `${rule} Here: ${hint.replace(/\{(given|found) (\d+)\}/g, fill)}` : rule;
}

/** A right number as text. */
export const shown = (x) => short(Number(x.toPrecision(12)));
