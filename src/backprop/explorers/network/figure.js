import { button, field, player, select, slider, usable } from "../kit/controls.js";
import { box, explorer, make } from "../kit/explorer.js";
import { kernel } from "../kit/kernel.js";
import { bytesOf, unpack } from "../kit/packing.js";
import { liveText, short } from "../kit/words.js";
import { network, plane } from "./picture.js";
import { numbersOf } from "./numbers.js";
import { UPDATE, parts, sentence, told } from "./words.js";

const PASSES = [
  "point",
  "hidden units",
  "scores",
  "loss",
  "← scores",
  "← weights 2",
  "← ReLU",
  "← weights 1",
  "update",
];

export default explorer(async (root, data, model) => {
  const { stops, tasks, first } = data;
  const tables = numbersOf(await unpack(model.get("packed")), tasks, stops.length);
  const state = {
    task: 0,
    point: first.point,
    stop: first.stop,
    batch: 0,
    pass: UPDATE - 1,
    part: "1.0.0",
  };
  let run = null; // { ...task, numbers, lr, reg, exact }

  const controls = box(root, "controls");
  const colourings = tasks.map(({ colouring }) => colouring);
  if (tasks.length > 1)
    select(controls, {
      label: "colouring",
      key: "colouring",
      texts: colourings,
      pick: (i) => take({ task: i }),
    });
  const batches = ["this point alone", "mean of all 200"];
  select(controls, { label: "batch", key: "batch", texts: batches, pick: (i) => set({ batch: i }) });
  const looker = select(controls, {
    label: "look at",
    key: "look",
    texts: parts(tasks[0]).map(({ name }) => name),
    pick: (i) => set({ part: parts(run)[i].key }),
  });
  const picker = slider(controls, {
    label: "point",
    key: "point",
    texts: tasks[0].points.map((_, i) => String(i + 1)),
    index: state.point,
    pick: (i) => set({ point: i }),
  });
  const trainer = slider(controls, {
    label: "step of training",
    key: "step",
    texts: stops.map(String),
    index: state.stop,
    pick(i) {
      play.stop();
      set({ stop: i });
    },
  });
  const passer = slider(controls, {
    label: "pass",
    key: "pass",
    texts: PASSES,
    index: state.pass,
    pick: (i) => set({ pass: i }),
  });
  const buttons = box(controls, "buttons");
  const play = player(buttons, {
    label: "Train",
    one: "Train on",
    every: 700,
    more: () => state.stop < stops.length - 1,
    next: () => set({ stop: state.stop + 1 }),
    again: () => set({ stop: 0 }),
  });
  const back = button(buttons, "Back", () => set({ pass: Math.max(0, state.pass - 1) }));
  button(buttons, "Next", () => {
    // After the update, the passes begin again at the next step of training that is kept.
    if (state.pass < UPDATE) set({ pass: state.pass + 1 });
    else set({ pass: 0, stop: (state.stop + 1) % stops.length });
  });

  const place = box(root, "network");
  const [left, texts, right] = ["net", "texts", "points"].map((name) => box(place, name));
  let picture, points;

  const widest = (pass) => ({ ...state, pass, batch: 1 });
  const tell = liveText(
    texts,
    tasks.flatMap((task, i) => PASSES.map((_, pass) => told(runOf(i), widest(pass)))),
  );
  const explain = liveText(
    texts,
    tasks.flatMap((task, i) =>
      parts(task).map(({ key }) => sentence(runOf(i), { ...widest(UPDATE), part: key })),
    ),
  );
  const table = tableOf(root);

  const live = kernel(model, {
    ready() {
      const rate = field(controls, { label: "exact learning rate", pick: ask });
      const reg = field(controls, { label: "exact reg", pick: ask });
      rate.min = reg.min = 0;
      function ask() {
        const [lr, strength] = [rate.valueAsNumber, reg.valueAsNumber];
        live.ask({
          task: state.task,
          lr: Number.isNaN(lr) ? run.lr : lr,
          reg: Number.isNaN(strength) ? run.reg : strength,
        });
      }
    },
    answer(found, [buffer]) {
      const numbers = numbersOf(bytesOf(buffer), [tasks[state.task]], stops.length)[0];
      run = { ...run, ...found, numbers, exact: true };
      draw();
    },
    refuse: tell,
  });

  function runOf(i) {
    const { lr, reg } = first;
    const inputs = ({ point }) => tasks[i].points[point].slice(0, 2);
    return { ...tasks[i], numbers: tables[i], lr, reg, stops, inputs, look: data.look };
  }

  /** Change to another task. */
  function take({ task }) {
    live.forget();
    state.task = task;
    run = runOf(task);
    picture = network(left, run, (key) => set({ part: key }));
    points = plane(right, run, (point) => set({ point }));
    const found = parts(run);
    if (!found.some(({ key }) => key === state.part)) state.part = found[0].key;
    looker.fill(found.map(({ name }) => name));
    set({});
  }

  function set(change) {
    Object.assign(state, change);
    picker.set(state.point);
    trainer.set(state.stop);
    passer.set(state.pass);
    looker.set(parts(run).findIndex(({ key }) => key === state.part));
    draw();
  }

  function draw() {
    usable(back, state.pass > 0);
    const said = told(run, state);
    picture.draw(run, state, said);
    points.draw(run, state);
    tell(said);
    explain(sentence(run, state));
    table.fill(run, state);
  }

  take({ task: 0 });
  return () => {
    play.end();
    live.end();
  };
});

/** A folded table of all parameters: what they were, what reached them, what they became. */
function tableOf(root) {
  const heads = ["weight or bias", "value", "gradient", "step", "new value"].map((name) =>
    make("th", { scope: "col" }, name),
  );
  const body = make("tbody");
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body);
  root.append(
    make(
      "details",
      {},
      make("summary", {}, "All weights and biases"),
      make("div", { class: "explorer-wide" }, table),
    ),
  );
  return {
    fill(run, state) {
      const { old } = run.numbers.together(state);
      const { gradient, step, new: after } = run.numbers.batch(state);
      const rows = parts(run, true).map(({ name, index }) =>
        [old, gradient, step, after].reduce(
          (row, of) => (row.append(make("td", {}, short(of[index]))), row),
          make("tr", {}, make("th", { scope: "row" }, name)),
        ),
      );
      body.replaceChildren(...rows);
    },
  };
}
