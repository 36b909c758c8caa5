// Charts that Python has drawn, whose lines and dots move.

import { box } from "./explorer.js";

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
