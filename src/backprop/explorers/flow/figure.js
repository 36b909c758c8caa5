import { chart } from "../kit/chart.js";
import { select, slider } from "../kit/controls.js";
import { box, explorer } from "../kit/explorer.js";
import { liveText, longest, short } from "../kit/words.js";

const LABELS = ["activation", "starting weights", "added", "layers"];
const KEYS = ["activation", "weights", "added", "layers"]; // in the address

export default explorer((root, { choices, first, sizes, shares, verdicts, words, chart: spec }) => {
  const chosen = [...first];
  const verdictAt = verdicts.split(" ").map(Number);
  const { low, high } = spec.y;

  const controls = box(root, "controls");
  choices.forEach((texts, i) => {
    const control = i < choices.length - 1 ? select : slider;
    const pick = (index) => draw((chosen[i] = index));
    control(controls, { label: LABELS[i], key: KEYS[i], texts, index: first[i], pick });
  });
  const beside = box(root, "charts");
  const picture = chart(beside, spec);
  const outside = ` What is below ${short(low)} or above ${short(high)} lies outside the picture.`;
  const widest = say(choices.map(longest), [1.23e-12, 1.23e-12], longest(shares), longest(words), true);
  const tell = liveText(beside, [widest]);

  /** The place of a setting in the tables: the last choice counts fastest. */
  const place = (setting) => setting.reduce((n, i, k) => n * choices[k].length + i, 0);
  const numbers = (setting) => sizes[place(setting)].split(" ").map(Number);

  function say([activation, weights, added, layers], row, share, verdict, cut) {
    return (
      `${layers} layers, ${activation}, starting weights of ${weights}, ${added} added: dW has the size ` +
      `${short(row[0])} in the first layer and ${short(row.at(-1))} in the last one. The first gets ${share} ` +
      `what the last gets. ${verdict}${cut ? outside : ""}`
    );
  }

  function draw() {
    const row = numbers(chosen);
    const plain = numbers(chosen.map((index, k) => (LABELS[k] === "added" ? 0 : index)));
    const layers = row.map((_, k) => k + 1);
    picture.line("sizes", layers, row);
    picture.dots("layers", layers, row);
    picture.line("plain", layers, plain);
    const texts = choices.map((known, k) => known[chosen[k]]);
    const at = place(chosen);
    const cut = [...row, ...plain].some((size) => size < low || size > high);
    const said = say(texts, row, shares[at], words[verdictAt[at]], cut);
    picture.describe(`The root mean square of dW of each layer, on a log axis. ${said}`);
    tell(said);
  }

  draw();
});
