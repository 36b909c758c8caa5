// The sheet of a task: the picture, the matrices that are given, and the fields to fill in.

import { bringIntoView, make } from "../kit/explorer.js";
import { signed } from "./sentences.js";

const MARKS = { right: "✓", mistake: "✗", wrong: "✗", stale: "✗", follows: "↷", coarse: "?", unread: "?" };
const LONGEST = 8; // letters that have room at an edge

/** Put the sheet of a task into two places: what is given, and the fields. `focus(k)` is called when field k is entered, `change(k)`
 * when it is typed into, `enter(k)` for Enter. Returns what changes it. */
export function sheet(above, below, { kind, given, entries }, { focus, change, enter }) {
  const picture = make("div", { class: "explorer-graph" });
  picture.innerHTML = kind.svg;
  const svg = picture.querySelector("svg");
  const edges = [...picture.querySelectorAll("[data-gradient], [data-edge]")];
  let at = 0;
  const matrices = kind.given.map(([name, rows, columns]) => {
    const texts = given.slice(at, (at += rows * columns));
    for (const text of picture.querySelectorAll(`[data-value="${name}"]`)) {
      if (kind.formulas) text.textContent = texts[0];
    }
    const matrix = named(name, columns, texts.map((text) => make("span", {}, text)));
    matrix.setAttribute("role", "img"); // one thing to hear: name, rows and columns
    matrix.setAttribute("aria-label", `${name} = ${inRows(texts, columns)}`);
    return matrix;
  });
  if (kind.formulas) {
    const values = kind.given.map(([name], i) => `${name} = ${given[i]}`);
    svg.setAttribute("aria-label", `Computational graph: ${kind.formulas}. ${values.join(", ")}.`);
  }
  const fields = entries.map(({ said }, k) => {
    const input = make("input", { type: "text", "aria-label": said, autocomplete: "off", size: 6 });
    input.spellcheck = false;
    input.enterKeyHint = "done";
    input.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves the keys alone
    input.addEventListener("focus", () => focus(k));
    input.addEventListener("input", () => change(k));
    input.addEventListener("keydown", ({ key }) => key === "Enter" && enter(k));
    return input;
  });
  const marks = fields.map(() => make("span", { class: "explorer-mark", "aria-hidden": "true" }));
  const asked = kind.asks.map(({ label, shape }, a) => {
    const mine = fields.flatMap((input, k) =>
      entries[k].ask === a ? [make("span", { class: "explorer-entry" }, input, marks[k])] : [],
    );
    return named(label, shape[1], mine);
  });
  const group = (name, parts) => make("div", { class: `explorer-${name}` }, ...parts);
  above.replaceChildren(...(svg ? [picture] : []));
  if (!kind.formulas) above.append(group("given", matrices));
  below.replaceChildren(group("asked", kind.formulas ? ["Gradient of", ...asked] : asked));

  /** Show at the edges what stands in the fields, and which edge field k asks for. */
  function point(k) {
    for (const part of edges) {
      const edge = part.dataset.gradient ?? part.dataset.edge;
      part.classList.toggle("explorer-now", entries[k].edge === edge);
      if (!kind.formulas || !part.dataset.gradient) continue;
      const i = entries.findIndex((entry) => entry.edge === edge);
      const text = signed(fields[i].value) || "?";
      part.textContent = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
    }
    if (svg) bringIntoView(svg.parentElement, svg.querySelector(".explorer-now"));
  }

  function mark(k, verdict) {
    marks[k].textContent = MARKS[verdict] ?? "";
    marks[k].parentElement.dataset.verdict = verdict ?? "";
    if (verdict && verdict !== "right") fields[k].setAttribute("aria-invalid", "true");
    else fields[k].removeAttribute("aria-invalid");
  }

  edges.forEach((part) => part.addEventListener("click", () => {
    const edge = part.dataset.gradient ?? part.dataset.edge;
    fields[entries.findIndex((entry) => entry.edge === edge)]?.focus();
  }));
  return { fields, point, mark };
}

/** Numbers as one text, a matrix as [[1, 2], [3, 4]]. */
function inRows(texts, columns) {
  if (texts.length < 2) return texts[0];
  const row = (_, i) => `[${texts.slice(columns * i, columns * (i + 1)).join(", ")}]`;
  return `[${Array.from({ length: texts.length / columns }, row).join(", ")}]`;
}

/** A matrix with its name in front: one row for each of its rows. */
function named(name, columns, parts) {
  const matrix = make("span", { class: "explorer-matrix" }, ...parts);
  matrix.style.setProperty("--columns", columns);
  if (parts.length > 1) matrix.classList.add("explorer-bracket");
  return make("div", { class: "explorer-named" }, make("span", {}, name), matrix);
}
