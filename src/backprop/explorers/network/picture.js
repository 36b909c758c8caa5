// The network that Python has drawn, and the plane with its points: what they show now.

import { picturesOf, regionPaths } from "../kit/plane.js";
import { short } from "../kit/words.js";
import {
  BACK_FIRST,
  BACK_RELU,
  BACK_SCORES,
  BACK_SECOND,
  HIDDEN_UNITS,
  LOSS,
  SCORES,
  UPDATE,
  parts,
} from "./words.js";

/** Put the picture of the network into `place`; `pick(key)` is called for a part that is hit. */
export function network(place, run, pick) {
  const { edge, map, bar: longestBar, thinnest, widest } = run.look;
  const weights = new Map(
    parts(run).flatMap(({ key, index }) => (index === undefined ? [] : [[key, index]])),
  );
  place.innerHTML = run.svg;
  const svg = place.querySelector("svg");
  const all = (kind) => [...svg.querySelectorAll(`[data-${kind}]`)];
  const [edges, hits, units, values, gradients, bars, maps, spots, names, labels] = [
    "edge",
    "hit",
    "unit",
    "value",
    "gradient",
    "bar",
    "map",
    "spot",
    "name",
    "label",
  ].map(all);
  for (const part of [...hits, ...units])
    part.addEventListener("click", () => pick(part.dataset.hit ?? part.dataset.unit));

  return {
    draw(run, state, said) {
      const alone = run.numbers.alone(state);
      const { old } = run.numbers.together(state);
      const { gradient, step } = run.numbers.batch(state);
      const label = run.points[state.point][2];
      const inputs = run.inputs(state);
      const forward = [
        [0, inputs],
        [HIDDEN_UNITS, alone.h],
        [SCORES, alone.s],
        [LOSS, alone.y],
      ];
      const back = [
        [BACK_FIRST, alone.dx],
        [BACK_SECOND, state.pass < BACK_RELU ? alone.dh : alone.da],
        [BACK_SCORES, alone.ds],
      ];
      const write = (text, key, columns) => {
        const [column, i] = key.split(".").map(Number);
        const [from, numbers] = columns[column];
        text.textContent = state.pass >= from ? short(numbers[i]) : "";
      };
      for (const text of gradients) write(text, text.dataset.gradient, back);
      for (const text of values) {
        if (text.dataset.value !== "loss") write(text, text.dataset.value, forward);
        else text.textContent = state.pass >= LOSS ? `loss ${short(alone.loss[0])}` : "";
      }
      bars.forEach((bar, k) =>
        bar.setAttribute("width", state.pass >= LOSS ? longestBar * alone.y[k] : 0),
      );
      labels.forEach(
        (text, k) =>
          (text.textContent = state.pass >= BACK_SCORES ? `t = ${Number(k === label)}` : ""),
      );
      names.forEach((text, k) => (text.style.fontWeight = k === label ? 700 : 400));
      run.maps[state.stop].split(",").forEach((path, i) => maps[i].setAttribute("d", path));
      for (const spot of spots) {
        const [x, y] = spot.dataset.spot.split(" ").map(Number);
        spot.setAttribute("cx", x + (inputs[0] / edge) * (map / 2));
        spot.setAttribute("cy", y - (inputs[1] / edge) * (map / 2));
      }
      drawEdges(run, state, { old, gradient, step });
      for (const part of [...units, ...hits])
        part.toggleAttribute("data-chosen", (part.dataset.unit ?? part.dataset.hit) === state.part);
      svg.setAttribute("aria-label", `The network. ${said}`);
    },
  };

  /** Draw the weights, or what has come back to them. */
  function drawEdges(run, state, { old, gradient, step }) {
    const reached = [BACK_FIRST, BACK_SECOND].map((from) => state.pass >= from);
    for (const line of edges) {
      const key = line.dataset.edge;
      const layer = Number(key[0]);
      const numbers = state.pass === UPDATE ? step : reached[layer] ? gradient : old;
      const largest = Math.max(...[...weights.values()].map((index) => Math.abs(numbers[index])));
      const number = numbers[weights.get(key)];
      const width = thinnest + ((widest - thinnest) * Math.abs(number)) / (largest || 1);
      const colour =
        state.pass === UPDATE
          ? "var(--explorer-2,#009e73)"
          : reached[layer]
            ? "var(--backprop-gradient,#d9480f)"
            : "currentColor";
      line.setAttribute("style", `stroke:${colour};stroke-width:${width.toFixed(2)}`);
      line.toggleAttribute("data-old", !reached[layer]);
      line.setAttribute("stroke-dasharray", number < 0 ? "6 4" : "none");
    }
  }
}

/** Put the plane into `place`; `pick(i)` is called for the point that is hit, or the nearest. */
export function plane(place, run, pick) {
  const { edge, grid } = run.look;
  place.innerHTML = run.plane;
  const svg = place.querySelector("svg");
  const size = svg.viewBox.baseVal.width - 2;
  const at = ([x, y]) => [((x / edge + 1) * size) / 2, ((1 - y / edge) * size) / 2];
  const marks = run.points.map(at);
  const space = "http://www.w3.org/2000/svg";
  const rings = marks.map(([x, y]) => {
    const ring = document.createElementNS(space, "circle");
    for (const [name, value] of Object.entries({ cx: x, cy: y, r: 6.5, class: "explorer-ring" }))
      ring.setAttribute(name, value);
    svg.append(ring);
    return ring;
  });
  svg.addEventListener("click", ({ clientX, clientY }) => {
    const box = svg.getBoundingClientRect();
    const [x, y] = [
      ((clientX - box.x) / box.width) * (size + 2) - 1,
      ((clientY - box.y) / box.height) * (size + 2) - 1,
    ];
    const far = marks.map(([a, b]) => (a - x) * (a - x) + (b - y) * (b - y));
    pick(far.indexOf(Math.min(...far)));
  });
  return {
    draw(run, { point, stop }) {
      rings.forEach((ring, i) => ring.toggleAttribute("data-chosen", i === point));
      const [heads, places] = [run.heads, run.places].map(numbers);
      const regions = svg.querySelectorAll("[data-key]");
      const paths = regionPaths(heads, places, picturesOf(heads)[stop], regions.length, grid);
      regions.forEach((region, k) => region.setAttribute("d", paths[k]));
    },
  };
}

const numbers = (row) => Uint8Array.from(row.split(" "), Number);
