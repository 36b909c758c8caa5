import { chart } from "../kit/chart.js";
import { button, select, slider, usable } from "../kit/controls.js";
import { box, explorer } from "../kit/explorer.js";
import { liveText, longest, short } from "../kit/words.js";

export default explorer((root, data) => {
  const { optimizers, kappas, lrs, steps, lost, parts, first, rows, runs, verdicts, charts } = data;
  let { kappa, step } = first;
  const rates = [...first.rates]; // the learning rate of each optimizer
  const numbers = rows.map((row) => row.split(" ").map(Number));

  const controls = box(root, "controls");
  select(controls, { label: "κ", key: "kappa", texts: kappas, index: kappa, pick: (i) => draw((kappa = i)) });
  optimizers.forEach((name, i) =>
    slider(controls, {
      label: `learning rate of ${name}`,
      key: name,
      texts: lrs,
      index: rates[i],
      pick: (k) => draw((rates[i] = k)),
    }),
  );
  const counts = Array.from({ length: steps + 1 }, (_, k) => String(k));
  const scrubber = slider(controls, { label: "step", key: "step", texts: counts, index: step, pick: go });
  const buttons = box(controls, "buttons");
  const back = button(buttons, "Start again", () => go(0));
  const next = button(buttons, "Next step", () => go(step + 1));

  const place = box(root, "charts");
  const [bowl, loss] = charts.map((spec) => chart(place, spec));
  const contours = place.querySelectorAll("[data-contours]");
  const widest = optimizers.map((_, i) => longest(verdicts.map((words) => words[i])));
  const widestRates = optimizers.map(() => longest(lrs));
  const tell = liveText(root, [words(longest(kappas), widestRates, steps, [], widest) + outside(optimizers)]);

  function outside(names) {
    return names.length ? ` Outside a picture: ${names.join(", ")}.` : "";
  }

  function words(kappaText, rateTexts, k, losses, verdict) {
    const found = optimizers.map((name, i) => `${name} ${say(losses[i]?.[k])} with ${rateTexts[i]}`);
    return `κ = ${kappaText}, step ${k}. The losses, and the learning rates: ${found.join(", ")}. ${verdict.join(" ")}`;
  }

  /** A walk ends where its loss is lost. */
  function say(value) {
    return value <= lost ? short(value) : `beyond ${lost.toLocaleString("en")}`;
  }

  function go(k) {
    step = Math.min(steps, Math.max(0, k));
    scrubber.set(step);
    draw();
  }

  function draw() {
    const setting = (i) => kappa * lrs.length + rates[i];
    const walks = optimizers.map((_, i) => runs[setting(i)][i].map((row) => numbers[row]));
    const hidden = [];
    walks.forEach(([xs, ys, losses], i) => {
      const count = Math.min(step + 1, losses.length);
      const [x, y] = [xs, ys].map((values) => values.slice(0, count).map((value) => value / parts));
      move(bowl, optimizers[i], x, y);
      move(loss, optimizers[i], counts.slice(0, count).map(Number), losses.slice(0, count));
      const shown = bowl.shows(x.at(-1), y.at(-1)) && loss.shows(count - 1, losses[count - 1]);
      if (!shown) hidden.push(optimizers[i]);
    });
    contours.forEach((group, i) => group.setAttribute("display", i === kappa ? "inline" : "none"));
    usable(back, step > 0);
    usable(next, step < steps);
    const losses = walks.map((walk) => walk[2]);
    const verdict = optimizers.map((_, i) => verdicts[setting(i)][i]);
    const texts = rates.map((k) => lrs[k]);
    const said = words(kappas[kappa], texts, step, losses, verdict.filter(Boolean)) + outside(hidden);
    bowl.describe(`The paths of three optimizers on a bowl. ${said}`);
    loss.describe(`The losses of three optimizers over the steps, on a log axis. ${said}`);
    tell(said);
  }

  function move(picture, name, xs, ys) {
    picture.line(`${name} path`, xs, ys);
    picture.dots(`${name} stops`, xs, ys);
    picture.dots(`${name} now`, xs.slice(-1), ys.slice(-1));
    picture.dots(`${name} pupil`, xs.slice(-1), ys.slice(-1));
  }

  draw();
});
