import { keyed } from "../kit/address.js";
import { button, slider, usable } from "../kit/controls.js";
import { box, bringIntoView, explorer } from "../kit/explorer.js";
import { liveText } from "../kit/words.js";

export default explorer((root, { svg, choices, first, keys, table: rows, steps }) => {
  const table = rows.map((row) => row.split(" "));
  const chosen = [...first];
  const start = "Choose the inputs, then step forward through the nodes and back along the edges.";
  const where = new Map(keys.map((key, i) => [key, i])); // the column of a number in the table
  const end = steps.find(({ gradient }) => gradient).gradient;
  const computed = steps.map(({ value }) => value);
  let step = 0; // how many steps have been made

  const controls = box(root, "controls");
  choices.forEach(({ label, texts }, i) => {
    const pick = (index) => {
      chosen[i] = index;
      draw();
    };
    if (texts.length > 1) slider(controls, { label, key: label, texts, index: first[i], pick });
  });
  const buttons = box(controls, "buttons");
  const reset = button(buttons, "Start again", () => go(0));
  const back = button(buttons, "Step back", () => go(step - 1));
  const next = button(buttons, "Next step", () => go(step + 1));
  keyed(buttons, "step", { texts: [start, ...steps].map((_, k) => String(k)), at: () => step, choose: go });
  const place = box(root, "graph");
  place.innerHTML = svg;
  const picture = place.querySelector("svg");
  const parts = picture.querySelectorAll("[data-value], [data-gradient], [data-node], [data-edge]");
  const tell = liveText(
    root,
    [start, ...table.flatMap((row) => steps.map((one) => sentence(one, row)))],
  );

  /** The texts of all numbers for the chosen inputs; the last input counts fastest in the table. */
  function row() {
    return table[choices.reduce((n, { texts }, i) => n * texts.length + chosen[i], 0)];
  }

  function sentence(one, numbers) {
    return one.sentence.replace(/\{(.+?)\}/g, (_, key) => numbers[where.get(key)]);
  }

  function go(k) {
    step = Math.min(steps.length, Math.max(0, k));
    draw();
  }

  function draw() {
    const numbers = row();
    const done = steps.slice(0, step);
    const now = done.at(-1) ?? {};
    const shown = (kind, key) =>
      (kind === "value" && !computed.includes(key)) || done.some((one) => one[kind] === key);
    for (const part of parts) {
      const { value, gradient, node, edge } = part.dataset;
      const [kind, key] = (value ?? node) ? ["value", value ?? node] : ["gradient", gradient ?? edge];
      part.classList.toggle("explorer-now", now[kind] === key);
      if (node || edge) continue;
      // The edge that leaves the graph has the name of the last node, and its gradient.
      part.textContent = numbers[where.get(gradient === end ? `d ${key}` : key)];
      part.style.visibility = shown(kind, key) ? "visible" : "hidden";
    }
    const told = done.map((one) => sentence(one, numbers));
    const inputs = choices.map(({ label, texts }, i) => `${label} = ${texts[chosen[i]]}`);
    picture.setAttribute("aria-label", [`Computational graph: ${inputs.join(", ")}.`, ...told].join(" "));
    bringIntoView(picture.parentElement, picture.querySelector("text.explorer-now"));
    tell(told.at(-1) ?? start);
    usable(reset, step > 0);
    usable(back, step > 0);
    usable(next, step < steps.length);
  }

  draw();
});
