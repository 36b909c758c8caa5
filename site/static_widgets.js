// Runs the interactive figures of a built page, where no kernel and no Jupyter is there to do it.
//
// A script before this one has set `figures` to the state of the page's widgets, as the notebook
// stored it. Each figure is an anywidget: its state has the text of an ES module (`_esm`), of a
// stylesheet (`_css`), and the data it shows. Texts that figures share are there once; a module is
// a list of their numbers (shared_texts.py). This script gives the module a model to read from and a
// place to draw in. It is a classic script, because browsers refuse to load a module from a file of
// this computer. It is deferred: it runs when the whole page is there.

(() => {
  const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
  const modules = new Map(); // the text of a module -> the module, shared by all its figures
  const styles = new Set();

  const { state: states, texts } = globalThis.figures;
  for (const { state: own } of Object.values(states)) {
    for (const key of ["_esm", "_css"]) own[key] = own[key]?.map((i) => texts[i]).join("");
  }
  const models = new Map();
  const kinds = {};
  const rest = () => new Promise((go) => setTimeout(go));
  let turn = Promise.resolve(); // figures begin one after the other, and a slow phone can answer
  for (const view of document.querySelectorAll(VIEW)) {
    const id = JSON.parse(view.textContent).model_id;
    // An ordinary widget of Jupyter would need more than this script, and a kernel.
    if (states[id]?.model_module !== "anywidget") continue;
    const name = states[id].state.data?.name;
    const count = (kinds[name] = (kinds[name] ?? 0) + 1);
    show(view, id, states[id], name && count > 1 ? `${name}-${count}` : name);
  }

  /** Draw one figure in front of its script; if that fails, its still picture stays. */
  async function show(view, id, saved, name) {
    const el = document.createElement("div");
    if (name) el.dataset.figure = name; // its name in the address, which Jupyter does not give it
    view.before(el);
    const textContent = saved.state._css;
    if (!styles.has(textContent))
      document.head.append(Object.assign(document.createElement("style"), { textContent }));
    styles.add(textContent);
    turn = turn.then(rest);
    await turn;
    try {
      if (!models.has(id)) models.set(id, modelOf(saved)); // one for all its views
      const model = models.get(id);
      await (await load(model.get("_esm"))).render({ model, el });
    } catch (error) {
      el.remove();
      console.error(`An interactive figure stays a still picture: ${error}`);
    }
  }

  /** Import a module from its text; its default export is the widget. */
  async function load(text) {
    if (!modules.has(text)) {
      const file = new Blob([text], { type: "text/javascript" });
      modules.set(text, import(URL.createObjectURL(file)));
    }
    return (await modules.get(text)).default;
  }

  /** Return what our widgets see of their state: its base64 buffers are DataViews, the form they
   * have in Jupyter. There is no kernel: what is sent goes nowhere. */
  function modelOf({ state, buffers = [] }) {
    for (const { path, data, encoding } of buffers) {
      if (encoding !== "base64") throw new Error(`unknown encoding ${encoding}`);
      const letters = atob(data);
      const bytes = new Uint8Array(letters.length);
      for (let i = 0; i < bytes.length; i += 1) bytes[i] = letters.charCodeAt(i);
      state[path[0]] = new DataView(bytes.buffer);
    }
    return { get: (name) => state[name], on() {}, off() {}, send() {} };
  }
})();
