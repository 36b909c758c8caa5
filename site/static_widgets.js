// Runs the interactive figures of a built page, where no kernel and no Jupyter is there to do it.
//
// A script before this one has set `figures` to the state of the page's widgets, as the notebook
// stored it. Each figure is an anywidget: its state has the text of an ES module (`_esm`), of a
// stylesheet (`_css`), and the data it shows. Texts that figures share are there once; a module is
// a list of their numbers (shared_texts.py). This script gives the module a model to read from and a
// place to draw in. It is a classic script, because browsers refuse to load a module from a file of
// this computer. It is deferred: it runs when the whole page is there.
//
// What figures do not share comes later, in a file for each kind: when the reader is two windows
// away, or at once if the address or a question tells a figure what to show. Until then a figure is
// the still picture that Python has drawn.

(() => {
  const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
  const TOLD = "explorer-show"; // the event by which a question moves a figure, see kit/address.js
  const modules = new Map(); // the text of a module -> the module, shared by all its figures
  const styles = new Set();
  const files = new Map(); // the address of a file -> a promise of what is in it

  const { figures } = globalThis;
  const { state: states, texts, later = {} } = figures;
  figures.add = (more) => {
    Object.assign(states, more.state);
    Object.assign(texts, more.texts);
  };

  const places = new Map(); // where a figure will stand -> what to call when the reader comes near
  const come = (place) => places.get(place)();
  const watch = new IntersectionObserver(
    (seen) => seen.forEach(({ isIntersecting, target }) => isIntersecting && come(target)),
    { rootMargin: "200% 0%" },
  );
  const comeAll = () => [...places.keys()].forEach(come);
  const follow = () => /^#[\w-]+(:|%3a)/i.test(location.hash) && comeAll();

  const models = new Map();
  const kinds = {};
  const rest = () => new Promise((go) => setTimeout(go));
  let turn = Promise.resolve(); // figures begin one after the other, and a slow phone can answer
  const all = [];
  for (const view of document.querySelectorAll(VIEW)) {
    const id = JSON.parse(view.textContent).model_id;
    const [kind, file] = later[id] ?? [states[id]?.state.data?.name];
    // An ordinary widget of Jupyter would need more than this script, and a kernel.
    if (!file && states[id]?.model_module !== "anywidget") continue;
    const count = (kinds[kind] = (kinds[kind] ?? 0) + 1);
    all.push(show(view, id, file, kind && count > 1 ? `${kind}-${count}` : kind));
  }
  follow();
  addEventListener("hashchange", follow);
  let living = false;
  const everyOne = Promise.all(all).then(() => (living = true));
  addEventListener(TOLD, async ({ detail }) => {
    if (living) return;
    comeAll();
    await everyOne;
    dispatchEvent(new CustomEvent(TOLD, { detail })); // again, for those who have just come
  });

  /** Draw one figure in front of its script; if that fails, its still picture stays. */
  async function show(view, id, file, name) {
    const el = document.createElement("div");
    if (name) el.dataset.figure = name; // its name in the address, which Jupyter does not give it
    view.before(el);
    try {
      if (file) {
        await near(el);
        await added(file);
      }
      const own = states[id];
      const textContent = textOf(own, "_css");
      if (!styles.has(textContent))
        document.head.append(Object.assign(document.createElement("style"), { textContent }));
      styles.add(textContent);
      turn = turn.then(rest);
      await turn;
      if (!models.has(id)) models.set(id, modelOf(own)); // one for all its views
      const model = models.get(id);
      await (await load(textOf(own, "_esm"))).render({ model, el });
    } catch (error) {
      el.remove();
      console.error(`An interactive figure stays a still picture: ${error}`);
    }
  }

  function textOf({ state }, key) {
    return state[key]?.map((i) => texts[i]).join("");
  }

  /** Wait until the reader comes near a place, or asks for all figures. */
  async function near(place) {
    await new Promise((go) => {
      places.set(place, go);
      watch.observe(place);
    });
    watch.unobserve(place);
  }

  /** Load a file of tables, once; who has lost the network may find it again. */
  function added(file) {
    if (!files.has(file)) files.set(file, asked(file));
    return files.get(file);
  }
  async function asked(file) {
    const script = Object.assign(document.createElement("script"), { src: file });
    const came = await new Promise((go) => {
      script.onload = () => go(true);
      script.onerror = () => go(false);
      document.head.append(script);
    });
    if (came) return;
    if (navigator.onLine) throw new Error(`${file} did not come`);
    await new Promise((go) => addEventListener("online", go, { once: true }));
    await asked(file);
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
