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
    addStyle(saved.state._css);
    turn = turn.then(rest);
    await turn;
    try {
      if (!models.has(id)) models.set(id, makeModel(withBuffers(saved))); // one for all its views
      const model = models.get(id);
      const widget = await load(model.get("_esm"));
      if (!model.initialized) {
        model.initialized = Promise.resolve(widget.initialize?.({ model }));
      }
      await model.initialized;
      await widget.render?.({ model, el });
    } catch (error) {
      el.remove();
      console.error(`An interactive figure stays a still picture: ${error}`);
    }
  }

  /** Import a module from its text; its default export is the widget, or makes it. */
  async function load(text) {
    if (!modules.has(text)) {
      const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      modules.set(text, import(url).finally(() => URL.revokeObjectURL(url)));
    }
    const widget = (await modules.get(text)).default;
    return typeof widget === "function" ? widget() : widget;
  }

  function addStyle(css) {
    if (!css || styles.has(css)) return;
    styles.add(css);
    document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  }

  /** Return the state with its base64 buffers as DataViews, the form they have in Jupyter. */
  function withBuffers({ state, buffers = [] }) {
    for (const { path, data, encoding } of buffers) {
      if (encoding !== "base64") throw new Error(`unknown encoding ${encoding}`);
      const letters = atob(data);
      const bytes = new Uint8Array(letters.length);
      for (let i = 0; i < bytes.length; i += 1) bytes[i] = letters.charCodeAt(i);
      const holder = path.slice(0, -1).reduce((object, key) => object[key], state);
      holder[path.at(-1)] = new DataView(bytes.buffer);
    }
    return state;
  }

  /** What a widget sees of its state. There is no kernel: what it sends goes nowhere. */
  function makeModel(state) {
    const events = new EventTarget();
    const handlers = new Map();
    return {
      get: (name) => state[name],
      set(name, value) {
        state[name] = value;
        events.dispatchEvent(new Event(`change:${name}`));
        events.dispatchEvent(new Event("change"));
      },
      on(event, handler) {
        handlers.set(handler, () => handler());
        events.addEventListener(event, handlers.get(handler));
      },
      off: (event, handler) => events.removeEventListener(event, handlers.get(handler)),
      save_changes() {},
      send() {},
    };
  }
})();
