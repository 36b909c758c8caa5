import { chart } from "../kit/chart.js";
import { field, player, select, slider } from "../kit/controls.js";
import { box, explorer } from "../kit/explorer.js";
import { kernel } from "../kit/kernel.js";
import { bytesOf, codesOf, decimal, unpack } from "../kit/packing.js";
import { picturesOf, regionPaths } from "../kit/plane.js";
import { liveText, longest, short } from "../kit/words.js";

const CURVES = ["total", "data", "penalty"];
const KEYS = ["colouring", "hidden", "seed"]; // of the switches, in the address
const OUTSIDE = " The dot lies outside the picture.";

export default explorer(async (root, data, model) => {
  const { switches, lrs, regs, stops, marks, grid, first, verdicts } = data;
  const all = open(await unpack(model.get("packed")), data.sizes);
  const sizes = switches.map(({ texts }) => texts.length);
  const chosen = switches.map(() => 0);
  let [lr, reg] = first;
  let stop = stops.length - 1;
  let run = null; // what is shown: { lr, reg, verdict, of: its runs, index: its place there }

  const controls = box(root, "controls");
  switches.forEach(({ label, texts }, i) =>
    choices(label, KEYS[i], texts, 0, select, (k) => (chosen[i] = k)),
  );
  choices("learning rate", "lr", lrs.map(short), lr, slider, (i) => (lr = i));
  choices("reg", "reg", regs.map(short), reg, slider, (j) => (reg = j));
  const scrubber = slider(controls, {
    label: "step",
    key: "step",
    texts: stops.map(String),
    index: stop,
    pick(k) {
      play.stop();
      go(k);
    },
  });
  const play = player(box(controls, "buttons"), {
    label: "Play",
    one: "Next step",
    every: 500,
    more: () => stop < stops.length - 1,
    next: () => go(stop + 1),
    again: () => go(0),
  });

  const place = box(root, "charts");
  const losses = chart(place, data.chart);
  const planePlace = box(place, "plane");
  const widest = Array(marks.length).fill(0.000123);
  const tell = liveText(root, [
    words(
      {
        lr: 0.0001,
        reg: 0.001,
        data: widest,
        penalty: widest,
        total: widest,
        accuracy: widest,
        verdict: longest(verdicts.flat(2)),
      },
      marks.length - 1,
    ) + OUTSIDE,
  ]);
  let coloured = -1; // the colouring whose points are in the picture

  const live = kernel(model, {
    ready() {
      const lrField = field(controls, { label: "exact learning rate", pick: ask });
      const regField = field(controls, { label: "exact reg", pick: ask });
      lrField.min = regField.min = 0;
      function ask() {
        const [exactLr, exactReg] = [lrField.valueAsNumber, regField.valueAsNumber];
        live.ask({
          task: task(),
          lr: Number.isNaN(exactLr) ? lrs[lr] : exactLr,
          reg: Number.isNaN(exactReg) ? regs[reg] : exactReg,
        });
      }
    },
    answer: (answer, [buffer]) =>
      show({ ...answer, of: open(bytesOf(buffer), answer.sizes), index: 0, exact: true }),
    refuse: tell,
  });

  /** The number of the chosen task: the switches are the digits, the last one counts fastest. */
  const task = () => sizes.reduce((number, size, i) => number * size + chosen[i], 0);

  /** Add a control for a choice, if there is one to make. */
  function choices(label, key, texts, index, control, take) {
    if (texts.length > 1)
      control(controls, { label, key, texts, index, pick: (i) => look(() => take(i)) });
  }

  /** Take a choice and show its run. */
  function look(choose) {
    choose();
    live.forget();
    const index = (task() * lrs.length + lr) * regs.length + reg;
    show({ lr: lrs[lr], reg: regs[reg], verdict: verdicts[task()][lr][reg], of: all, index });
  }

  /** Part what Python has packed: the codes of the curves, and the regions. */
  function open(bytes, [curves, heads]) {
    const own = bytes.subarray(curves, curves + heads);
    return {
      codes: codesOf(bytes.subarray(0, curves)),
      heads: own,
      points: bytes.subarray(curves + heads),
      pictures: picturesOf(own),
    };
  }

  /** Read a curve: its first code and the changes from each to the next, in two bytes. */
  function curve({ of, index }, which) {
    const start = (4 * index + which) * marks.length;
    let code = 0;
    return marks.map((_, k) => decimal((code = (code + of.codes[start + k]) & 65535)));
  }

  function show(next) {
    run = next;
    const [dataLoss, penalty, total, accuracy] = [0, 1, 2, 3].map((which) => curve(run, which));
    Object.assign(run, { total, data: dataLoss, penalty, accuracy });
    for (const name of CURVES) {
      const known = run[name].flatMap((loss, k) => (loss > 0 && loss < Infinity ? [k] : []));
      losses.line(
        name,
        known.map((k) => marks[k]),
        known.map((k) => run[name][k]),
      );
    }
    draw();
  }

  function draw() {
    const step = stops[stop];
    const k = marks.indexOf(step);
    const total = run.total[k];
    losses.dots("now", total < Infinity ? [step] : [], total < Infinity ? [total] : []);
    drawRegions(total < Infinity);
    const hidden = total < Infinity && !losses.shows(step, total);
    const said = words(run, k) + (hidden ? OUTSIDE : "");
    losses.describe(`Total, data loss and penalty over the steps, on a log axis. ${said}`);
    planePlace.firstChild.setAttribute(
      "aria-label",
      `The plane, coloured by the network's answers. ${said}`,
    );
    tell(said);
  }

  function words({ lr, reg, exact, data, penalty, total, accuracy, verdict }, k) {
    const say = (number) => (number < Infinity ? short(number) : "beyond 1e34");
    return (
      `Learning rate ${short(lr)}, reg ${short(reg)}${exact ? " (trained just now by Python)" : ""}, ` +
      `step ${marks[k]}: data loss ${say(data[k])} + penalty ${say(penalty[k])} = total ` +
      `${say(total[k])}; ${say(accuracy[k])} % right. The whole run: ${verdict}`
    );
  }

  /** Colour the regions, if the loss is a number. */
  function drawRegions(known) {
    if (coloured !== chosen[0]) planePlace.innerHTML = data.planes[(coloured = chosen[0])];
    const regions = planePlace.querySelectorAll("[data-key]");
    const { of, index } = run;
    const picture = of.pictures[index * stops.length + stop];
    const paths = regionPaths(of.heads, of.points, picture, regions.length, grid);
    regions.forEach((region, k) => region.setAttribute("d", known ? paths[k] : ""));
  }

  function go(k) {
    stop = k;
    scrubber.set(k);
    if (run) draw();
  }

  look(() => {});
  return () => {
    play.end();
    live.end();
  };
});
