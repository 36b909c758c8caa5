// What the figure says: of the pass, and of the weight or unit that is looked at.

import { short } from "../kit/words.js";

const INPUTS = ["x", "y"];
const HIDDEN = [0, 1, 2, 3];

/** How far the passes have come: forward, backward, and the update. */
export const HIDDEN_UNITS = 1;
export const SCORES = 2;
export const LOSS = 3;
export const BACK_SCORES = 4;
export const BACK_SECOND = 5;
export const BACK_RELU = 6;
export const BACK_FIRST = 7;
export const UPDATE = 8;

const list = (numbers) => numbers.map((i) => i + 1).join(", ");
const inBrackets = (number) => (number < 0 ? `(${short(number)})` : short(number));
const times = (a, b) => `${short(a)} × ${inBrackets(b)}`;
/** Write a sum of products. */
const paths = (as, bs) =>
  as
    .map((a, i) => (a < 0 && i ? `(${short(a)}) × ${inBrackets(bs[i])}` : times(a, bs[i])))
    .join(" + ");

/** Where the numbers of the weights of a layer begin, and how they are laid: row by row. */
function layout({ names }) {
  const outputs = [HIDDEN.length, names.length];
  const starts = [0, (INPUTS.length + 1) * outputs[0]];
  return {
    weight: (layer, i, j) => starts[layer] + i * outputs[layer] + j,
    bias: (layer, j) =>
      starts[layer] + (layer ? HIDDEN.length : INPUTS.length) * outputs[layer] + j,
  };
}

/** Return the parts of the network that one can look at, or all parameters, by key and name. */
export function parts(run, parameters = false) {
  const at = layout(run);
  const hidden = HIDDEN.map((j) => `hidden ${j + 1}`);
  const columns = [INPUTS, hidden, run.names];
  const units = [
    ...INPUTS.map((name, i) => ({ key: `0.${i}`, name: `input ${name}` })),
    ...HIDDEN.map((j) => ({ key: `1.${j}`, name: `hidden unit ${j + 1}` })),
    ...run.names.map((name, k) => ({ key: `2.${k}`, name: `score of ${name}` })),
  ];
  const weights = [0, 1].flatMap((layer) =>
    columns[layer].flatMap((from, i) =>
      columns[layer + 1].map((to, j) => ({
        key: `${layer}.${i}.${j}`,
        name: `${parameters ? "" : "weight "}${from} → ${to}`,
        index: at.weight(layer, i, j),
      })),
    ),
  );
  const biases = [0, 1].flatMap((layer) =>
    columns[layer + 1].map((to, j) => ({
      key: `b${layer}.${j}`,
      name: `bias of ${to}`,
      index: at.bias(layer, j),
    })),
  );
  return parameters ? [...weights, ...biases] : [...units, ...weights];
}

/** Say what a pass has just done. */
export function told(run, state) {
  const [px, py, label] = run.points[state.point];
  const { h, da, y, loss, after } = run.numbers.alone(state);
  const all = run.numbers.together(state);
  const name = run.names[label];
  const open = HIDDEN.filter((j) => h[j] > 0);
  const shut = HIDDEN.filter((j) => !(h[j] > 0));
  const lines = state.batch ? " The lines show the mean over the batch." : "";
  const settings = run.exact
    ? `, trained just now with lr ${short(run.lr)}, reg ${short(run.reg)}`
    : "";
  const right = `${short(all.accuracy[0])} % right${settings}`;
  const before = `Step ${run.stops[state.stop]} of training (${right}), batch of ${state.batch ? 200 : 1}. `;
  const said = [
    `The point (${short(px)}, ${short(py)}) of class ${name} comes in. The lines are the weights.`,
    `Forward, first layer: each hidden unit adds its weighted inputs and its bias, and ReLU cuts off what is below 0. Open: ${list(open) || "none"}.`,
    `Forward, second layer: each score adds its weighted hidden units and its bias.`,
    `Forward, softmax and loss: the right class, ${name}, gets ${short(y[label])}, so the loss is −ln ${short(y[label])} = ${short(loss[0])}.`,
    `Backward from the loss: the gradient of a score is y − t, where t is 1 for ${name} and 0 for the others.`,
    `Backward, second layer: a weight gets its input times the gradient at its end, and a hidden unit the sum over its paths.${lines}`,
    `Backward, ReLU: open units hand the gradient on, shut ones hand on 0. Shut: ${list(shut) || "none"}.${lines}`,
    `Backward, first layer: its weights get input times gradient, like those of the second.${lines}`,
    state.batch
      ? `Update: each weight steps against the mean gradient. The mean loss goes from ${short(all.before[0])} to ${short(all.after[0])}.`
      : `Update: each weight steps against the gradient of this point alone. Its loss goes from ${short(loss[0])} to ${short(after[0])}.`,
  ];
  return before + said[state.pass];
}

/** Say in numbers what has reached a unit or a weight so far. */
export function sentence(run, state) {
  const place = state.part.split(".").map(Number);
  return place.length === 3 ? ofWeight(run, state, place) : ofUnit(run, state, place);
}

function ofWeight(run, state, [layer, i, j]) {
  const { name, index } = parts(run).find(({ key }) => key === state.part);
  const alone = run.numbers.alone(state);
  const input = layer ? alone.h[i] : run.inputs(state)[i];
  const arriving = layer ? alone.ds[j] : alone.da[j];
  const { old, gradient } = run.numbers.together(state);
  let said = `The ${name} is ${short(old[index])}.`;
  if (state.pass >= (layer ? BACK_SECOND : BACK_FIRST)) {
    said += ` Its gradient is input × gradient at its end: ${times(input, arriving)} = ${short(alone.gradient[index])}.`;
    if (state.batch) said += ` Over all 200 points the mean is ${short(gradient[index])}.`;
  }
  return said + moved(run, state, index);
}

/** Say what the update does to a parameter. */
function moved(run, state, index, what = "Its step") {
  if (state.pass < UPDATE) return "";
  const { old } = run.numbers.together(state);
  const { gradient, step, new: after } = run.numbers.batch(state);
  const against = run.reg
    ? `(${short(gradient[index])} + ${times(run.reg, old[index])})`
    : inBrackets(gradient[index]);
  return ` ${what} is −${short(run.lr)} × ${against} = ${short(step[index])}, which makes it ${short(after[index])}.`;
}

function ofUnit(run, state, [column, i]) {
  const alone = run.numbers.alone(state);
  const { old, gradient } = run.numbers.together(state);
  const at = layout(run);
  const inputs = run.inputs(state);
  const out = (layer, count) =>
    Array.from({ length: count }, (_, j) => old[at.weight(layer, i, j)]);
  const into = (layer, count) =>
    Array.from({ length: count }, (_, k) => old[at.weight(layer, k, i)]);
  const backward = (layer, gradients) =>
    `the sum over its ${gradients.length} paths: ${paths(out(layer, gradients.length), gradients)}`;
  const said = [];
  if (column === 0) {
    said.push(`Input ${INPUTS[i]} is ${short(inputs[i])}.`);
    if (state.pass >= BACK_FIRST)
      said.push(
        `Its gradient is ${backward(0, alone.da)} = ${short(alone.dx[i])}. Nobody uses it: the point stays where it is.`,
      );
    return said.join(" ");
  }
  const layer = column - 1;
  const bias = at.bias(layer, i);
  const [sources, value] = layer ? [alone.h, alone.s[i]] : [inputs, alone.a[i]];
  if (state.pass >= (layer ? SCORES : HIDDEN_UNITS))
    said.push(
      `${paths(into(layer, sources.length), sources)} + ${inBrackets(old[bias])} = ${short(value)}.`,
    );
  if (layer) {
    const t = Number(run.points[state.point][2] === i);
    if (state.pass >= LOSS) said.push(`Softmax makes ${short(alone.y[i])} of it.`);
    if (state.pass >= BACK_SCORES)
      said.push(`Its gradient is y − t = ${short(alone.y[i])} − ${t} = ${short(alone.ds[i])}.`);
  } else {
    const open = value > 0;
    if (state.pass >= HIDDEN_UNITS)
      said.push(open ? `That is above 0, so it goes on.` : `That is not above 0, so 0 goes on.`);
    if (state.pass >= BACK_SECOND)
      said.push(`What comes back is ${backward(1, alone.ds)} = ${short(alone.dh[i])}.`);
    if (state.pass >= BACK_RELU)
      said.push(open ? `ReLU is open and hands it on.` : `ReLU is shut and hands on 0.`);
  }
  if (state.pass >= (layer ? BACK_SECOND : BACK_FIRST)) {
    said.push(
      `The bias gets the same gradient${state.batch ? `; over all 200 points the mean is ${short(gradient[bias])}` : ""}.`,
    );
  }
  const name = layer ? `Score of ${run.names[i]}` : `Hidden unit ${i + 1}`;
  const now = said.join(" ") || "nothing has reached it yet.";
  return `${name}: ${now}${moved(run, state, bias, "The step of the bias")}`;
}
