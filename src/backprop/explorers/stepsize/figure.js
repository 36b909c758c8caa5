import { chart } from "../kit/chart.js";
import { select, slider } from "../kit/controls.js";
import { box, explorer } from "../kit/explorer.js";
import { liveText, longest, short } from "../kit/words.js";

const METHODS = ["forward", "central"];

export default explorer((root, { functions, gradients, precisions, hs, first, curves, verdicts, chart: spec }) => {
  const texts = hs.map(short);
  const choices = [
    { label: "function", key: "function", texts: functions, control: select },
    { label: "precision", key: "precision", texts: precisions, control: select },
    { label: "step h", key: "h", texts, control: slider },
  ];
  const chosen = [...first];

  const controls = box(root, "controls");
  choices.forEach(({ label, key, texts, control }, i) =>
    control(controls, {
      label,
      key,
      texts,
      index: first[i],
      pick(index) {
        chosen[i] = index;
        draw();
      },
    }),
  );
  const place = box(root, "charts");
  const picture = chart(place, spec);
  const value = longest(curves.flatMap(({ values }) => values.join(" ").split(" ")));
  const widest = words({
    name: longest(functions), gradient: longest(gradients), precision: longest(precisions), h: longest(texts),
    value: [value, value], error: ["1.23e−11", "1.23e−11"], verdict: longest(verdicts),
  });
  const tell = liveText(place, [widest + outside(METHODS)]);

  function outside(methods) {
    return methods.length ? ` Outside the picture: ${methods.join(", ")}.` : "";
  }

  function words({ name, gradient, h, precision, value, error, verdict }) {
    const found = METHODS.map((method, i) => `${method} ${value[i]}, relative error ${error[i]}`);
    return `${name}, gradient ${gradient}. h = ${h} in ${precision}: ${found.join("; ")}. ${verdict}`;
  }

  function draw() {
    const [which, precision, at] = chosen;
    const curve = curves[which * precisions.length + precision];
    const split = (rows) => rows.map((row) => row.split(" "));
    const errors = split(curve.errors).map((row) => row.map(Number));
    const ends = [hs[0], hs.at(-1)];
    curve.guides.forEach((line, i) => picture.line(`guide ${i}`, line.length ? ends : [], line));
    METHODS.forEach((method, i) => {
      picture.line(method, hs, errors[i]);
      picture.dots(`${method} now`, [hs[at]], [errors[i][at]]);
    });
    const hidden = METHODS.filter((_, i) => !picture.shows(hs[at], errors[i][at]));
    const said = words({
      name: functions[which],
      gradient: gradients[which],
      precision: precisions[precision],
      h: texts[at],
      value: split(curve.values).map((row) => row[at]),
      error: errors.map((row) => short(row[at])),
      verdict: verdicts[curve.verdicts.split(" ")[at]],
    }) + outside(hidden);
    picture.describe(`The relative errors of both differences over the step h, on log axes. ${said}`);
    tell(said);
  }

  draw();
});
