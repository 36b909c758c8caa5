// The way to a live kernel, where there is one.

let asked = 0; // numbers the questions of all views of a widget, which all hear every answer

/** Ask a live kernel for exact settings. `ready` is called if there is one; in the built page
 * nobody answers. Returns `ask(settings)`, which is followed by `answer(data, buffers)` or
 * `refuse(reason)`; an answer that a newer question has overtaken is dropped. */
export function kernel(model, { ready, answer, refuse }) {
  let [newest, greeted] = [0, false];
  const listen = (message, buffers) => {
    if (message.answer === "hello" && !greeted) {
      greeted = true;
      ready();
    }
    if (message.id !== newest) return;
    if (message.answer === "exact") answer(message.data, buffers);
    if (message.answer === "refused") refuse(message.reason);
  };
  model.on("msg:custom", listen);
  model.send({ ask: "hello" });
  const ask = (settings) => model.send({ ask: "exact", id: (newest = ++asked), settings });
  const forget = () => (newest = -1); // the reader has moved on: no answer is wanted any more
  return { ask, forget, end: () => model.off("msg:custom", listen) };
}
