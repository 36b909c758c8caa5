import { chart } from "../kit/chart.js";
import { button, field, slider, usable } from "../kit/controls.js";
import { box, explorer } from "../kit/explorer.js";
import { kernel } from "../kit/kernel.js";
import { liveText, short } from "../kit/words.js";

const OUTSIDE = " The dot lies outside a picture.";

export default explorer((root, data, model) => {
  const { runs, charts, first } = data;
  const steps = runs[0].w.map((_, k) => k);
  const last = steps.length - 1;
  let run = runs[first.run];
  let step = first.step;

  const controls = box(root, "controls");
  slider(controls, {
    label: "learning rate",
    key: "lr",
    texts: runs.map(({ lr }) => short(lr)),
    index: first.run,
    pick(i) {
      live.forget();
      show(runs[i]);
    },
  });
  const scrubber = slider(controls, {
    label: "step",
    key: "step",
    texts: steps.map(String),
    index: step,
    pick: go,
  });
  const buttons = box(controls, "buttons");
  const back = button(buttons, "Start again", () => go(0));
  const next = button(buttons, "Next step", () => go(step + 1));

  const place = box(root, "charts");
  const [bowl, loss] = charts.map((spec) => chart(place, spec));
  const tell = liveText(root, runs.flatMap((any) => steps.map((k) => words(any, k) + OUTSIDE)));

  const live = kernel(model, {
    ready() {
      const exact = field(controls, {
        label: "exact learning rate",
        pick: (lr) => live.ask({ lr }),
      });
      exact.min = 0;
    },
    answer: show,
    refuse: tell,
  });

  function words({ lr, w, loss, verdict }, k) {
    return `Learning rate ${short(lr)}, step ${k}: w = ${short(w[k])}, loss ${short(loss[k])}. ${verdict}`;
  }

  function show(chosen) {
    run = chosen;
    draw();
  }

  function go(k) {
    step = Math.min(last, Math.max(0, k));
    scrubber.set(step);
    draw();
  }

  function draw() {
    const [ks, ws, losses] = [steps, run.w, run.loss].map((values) => values.slice(0, step + 1));
    for (const [picture, xs] of [[bowl, ws], [loss, ks]]) {
      picture.line("path", xs, losses);
      picture.dots("stops", xs, losses);
      picture.dots("now", xs.slice(-1), losses.slice(-1));
    }
    loss.line("all", steps, run.loss);
    usable(back, step > 0);
    usable(next, step < last);
    const [w, value] = [run.w[step], run.loss[step]];
    const said = words(run, step) + (bowl.shows(w, value) && loss.shows(step, value) ? "" : OUTSIDE);
    bowl.describe(`The bowl w²/2 with the steps on it. ${said}`);
    loss.describe(`The loss of each step on a log axis. ${said}`);
    tell(said);
  }

  draw();
  return live.end;
});
