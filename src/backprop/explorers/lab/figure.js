import { chart } from "../kit/chart.js";
import { button, field, select, slider } from "../kit/controls.js";
import { box, explorer } from "../kit/explorer.js";
import { kernel } from "../kit/kernel.js";
import { liveText, longest, short } from "../kit/words.js";

const CURVES = ["total", "data", "penalty"];
const KEYS = ["colouring", "hidden", "seed"]; // of the switches, in the address
const NO_NUMBER = 65535;
const OUTSIDE = " The dot lies outside the picture.";

export default explorer(async (root, data, model) => {
  const blocks = await unpack(model.get("packed")); // the bytes of all runs
  const { switches, lrs, regs, stops, marks, cells, first, verdicts } = data;
  const sizes = switches.map(({ texts }) => texts.length);
  const chosen = switches.map(() => 0);
  let [lr, reg] = first;
  let stop = stops.length - 1;
  let run = null; // the run that is shown: { lr, reg, verdict, block }
  let timer = 0;

  const controls = box(root, "controls");
  switches.forEach(({ label, texts }, i) => choices(label, KEYS[i], texts, 0, select, (k) => (chosen[i] = k)));
  choices("learning rate", "lr", lrs.map(short), lr, slider, (i) => (lr = i));
  choices("reg", "reg", regs.map(short), reg, slider, (j) => (reg = j));
  const scrubber = slider(controls, { label: "step", key: "step", texts: stops.map(String), index: stop, pick: pause });
  const play = button(box(controls, "buttons"), "Play", () => (timer ? pause(stop) : start()));
  play.style.minWidth = "5rem"; // "Pause" is longer
  // Who wants no motion and presses Play has asked for the next picture, not for a film: one a press.
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const rest = () => pause(stop);
  still.addEventListener("change", rest);

  const place = box(root, "charts");
  const losses = chart(place, data.chart);
  const planePlace = box(place, "plane");
  const widest = Array(marks.length).fill(0.000123);
  const tell = liveText(root, [words({ lr: 0.0001, reg: 0.001, data: widest, penalty: widest, total: widest,
    accuracy: widest, verdict: longest(verdicts.flat(2)) }, marks.length - 1) + OUTSIDE]);
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
    answer: (answer, [buffer]) => show({ ...answer, block: bytesOf(buffer), exact: true }),
    refuse: tell,
  });

  /** The number of the chosen task: the switches are the digits, the last one counts fastest. */
  const task = () => sizes.reduce((number, size, i) => number * size + chosen[i], 0);

  /** Add a control for a choice, if there is one to make. */
  function choices(label, key, texts, index, control, take) {
    if (texts.length > 1) control(controls, { label, key, texts, index, pick: (i) => look(() => take(i)) });
  }

  /** Take a choice and show its run. */
  function look(choose) {
    choose();
    live.forget();
    const size = blockSize();
    const index = (task() * lrs.length + lr) * regs.length + reg;
    const block = blocks.subarray(index * size, (index + 1) * size);
    show({ lr: lrs[lr], reg: regs[reg], verdict: verdicts[task()][lr][reg], block });
  }

  const mapSize = (cells * cells) / 4;
  const blockSize = () => 8 * marks.length + stops.length * mapSize;

  /** Read the numbers of one curve: two bytes each, three digits and a power of ten. */
  function curve(block, which) {
    const view = new DataView(block.buffer, block.byteOffset);
    return marks.map((_, k) => {
      const code = view.getUint16(2 * (which * marks.length + k), true);
      if (code === NO_NUMBER) return Infinity;
      const power = Math.floor(code / 1000) - 32;
      return power < 0 ? (code % 1000) / 10 ** -power : (code % 1000) * 10 ** power;
    });
  }

  function show(next) {
    run = next;
    const [dataLoss, penalty, total, accuracy] = [0, 1, 2, 3].map((which) => curve(run.block, which));
    Object.assign(run, { total, data: dataLoss, penalty, accuracy });
    for (const name of CURVES) {
      const known = run[name].flatMap((loss, k) => (loss > 0 && loss < Infinity ? [k] : []));
      losses.line(name, known.map((k) => marks[k]), known.map((k) => run[name][k]));
    }
    draw();
  }

  function draw() {
    const step = stops[stop];
    const k = marks.indexOf(step);
    const total = run.total[k];
    losses.dots("now", total < Infinity ? [step] : [], total < Infinity ? [total] : []);
    drawCells(run.block.subarray(8 * marks.length + stop * mapSize), total < Infinity);
    const hidden = total < Infinity && !losses.shows(step, total);
    const said = words(run, k) + (hidden ? OUTSIDE : "");
    losses.describe(`Total, data loss and penalty over the steps, on a log axis. ${said}`);
    planePlace.firstChild.setAttribute("aria-label", `The plane, coloured by the network's answers. ${said}`);
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

  /** Colour the cells by class: a bar for each run of one class in a row. */
  function drawCells(packed, known) {
    if (coloured !== chosen[0]) planePlace.innerHTML = data.planes[(coloured = chosen[0])];
    const paths = planePlace.querySelectorAll("[data-key]");
    const bars = [...paths].map(() => "");
    const classAt = (i) => (packed[i >> 2] >> (2 * (i & 3))) & 3;
    for (let y = 0; known && y < cells; y++) {
      for (let x = 0, from = 0; x < cells; x++) {
        const here = classAt(y * cells + x);
        if (x + 1 < cells && classAt(y * cells + x + 1) === here) continue;
        bars[here] += `M${from} ${y}h${x + 1 - from}v1h-${x + 1 - from}z`;
        from = x + 1;
      }
    }
    paths.forEach((path, k) => path.setAttribute("d", bars[k]));
  }

  function start() {
    if (still.matches) return go((stop + 1) % stops.length);
    if (stop === stops.length - 1) go(0);
    play.textContent = "Pause";
    timer = setInterval(() => (stop < stops.length - 1 ? go(stop + 1) : pause(stop)), 500);
  }

  function pause(k) {
    clearInterval(timer);
    timer = 0;
    play.textContent = still.matches ? "Next step" : "Play";
    go(k);
  }

  function go(k) {
    stop = k;
    scrubber.set(k);
    if (run) draw();
  }

  look(() => {});
  rest(); // names the button
  return () => {
    clearInterval(timer);
    still.removeEventListener("change", rest);
    live.end();
  };
});

const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** Undo Python's zlib.compress. */
async function unpack(view) {
  const stream = new Blob([view]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
