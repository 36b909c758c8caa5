import { select, slider } from "../kit/controls.js";
import { box, explorer } from "../kit/explorer.js";
import { liveText } from "../kit/words.js";

export default explorer((root, { parts, choices, first, rows, rowOf, charts }) => {
  const chosen = [...first.scores];
  const classes = chosen.map((_, k) => k);
  const numbers = (text) => text.split(" ").map(Number);
  const rowAt = numbers(rowOf);
  let label = first.label;

  const controls = box(root, "controls");
  for (const k of classes) {
    slider(controls, {
      label: `score of class ${k}`,
      key: `score${k}`,
      texts: choices,
      index: chosen[k],
      pick: (i) => draw((chosen[k] = i)),
    });
  }
  select(controls, {
    label: "right class",
    key: "label",
    texts: classes.map(String),
    index: label,
    pick: (k) => draw((label = k)),
  });
  const place = box(root, "charts");
  const [probabilities, gradients, losses] = charts.map((spec) => barChart(place, spec));
  const tell = liveText(root, [words("0.0000", "−0.0000", "0.0000")]);

  function words(y, gradient, loss) {
    return (
      `The right class has the probability y = ${y}; the loss is −ln y = ${loss}. Its score has ` +
      `the gradient y − 1 = ${gradient}: a higher score would lower the loss.`
    );
  }

  function barChart(parent, { svg, title, low, high, left, right }) {
    const holder = box(parent, "chart");
    holder.innerHTML = svg;
    const find = (kind, k) => holder.querySelector(`[data-${kind}="${k}"]`);
    const at = (value) => left + ((value - low) / (high - low)) * (right - left);
    return (names, values) => {
      values.forEach((value, k) => {
        const bar = find("bar", k);
        bar.setAttribute("x", at(Math.min(0, value)));
        bar.setAttribute("width", Math.abs(at(value) - at(0)));
        find("name", k).textContent = names[k];
        find("number", k).textContent = text(value);
      });
      const said = names.map((name, k) => `${name} ${text(values[k])}`);
      holder.firstChild.setAttribute("aria-label", `${title}: ${said.join(", ")}`);
    };
  }

  const text = (value) => value.toFixed(4).replace("-", "−");

  function draw() {
    const index = chosen.reduce((n, i) => n * choices.length + i, 0);
    const row = numbers(rows[rowAt[index]]).map((whole) => whole / parts);
    const y = row.slice(0, classes.length);
    // After y come the loss and the gradient for label 0, then those for label 1, and so on.
    const start = classes.length + label * (1 + classes.length);
    const [loss, ...gradient] = row.slice(start, start + 1 + classes.length);
    const names = classes.map((k) => `class ${k}${k === label ? " (right)" : ""}`);
    probabilities(names, y);
    gradients(names, gradient);
    losses(["−ln y"], [loss]);
    tell(words(text(y[label]), text(gradient[label]), text(loss)));
  }

  draw();
});
