// The state of a figure in the address of its page, such as #lab:lr=1,reg=0.001,step=300.
// Several figures can have a part of it each: #lab:lr=1&softmax:label=2. What stands beside a figure
// can move it in the same words, see `showFigure`.

const SHOW = "explorer-show"; // an event of the window
const choices = new WeakMap(); // what can be chosen, by the element that has a key for it

/** Give a choice that the reader makes at `element` a key in the address, one plain word. `texts` are
 * the words to choose from, `at()` is the place of the chosen one, `choose(i)` chooses another;
 * `first` is the place to begin at, if it is not the one at which the figure begins for this reader. */
export function keyed(element, key, choice) {
  if (!key) return;
  element.dataset.choice = key;
  choices.set(element, { key, ...choice });
}

/** Write a text as it stands in an address: with plain letters, and no sign that divides its parts. */
const plain = (text) =>
  text
    .normalize("NFKC")
    .replaceAll("−", "-")
    .trim()
    .replace(/[\s,&=:%#]+/g, "_");

/** Tell whether two texts mean the same: 0.01 is 1e-2, and XOR is xor. */
function same(one, other) {
  const [a, b] = [one, other].map((text) => plain(text).toLowerCase());
  return a === b || (a && b && Number(a) === Number(b));
}

/** Split an address: a name and a text such as "lr=1,step=3" for each figure; of an anchor, nothing. */
function stated(text) {
  try {
    text = decodeURIComponent(text); // mail programs write %3D for =
  } catch {
    // what is written wrongly is no choice, and the console says so
  }
  if (!/^[\w-]+:/.test(text) || document.getElementById(text)) return [];
  return text.split("&").map((part) => part.split(/:(.*)/s));
}

/** Let a figure of the built page start in the state that the address gives it, and copy its own.
 * The page has named it; a figure without a name is in Jupyter, where the address is not the
 * reader's, and is called by its kind. Returns what ends it. */
export function addressed(root, name, kind) {
  if (!(name ?? kind)) return () => {}; // it has no state
  const all = [...root.querySelectorAll("[data-choice]")].map((element) => choices.get(element));
  const first = all.map(({ first, at }) => first ?? at());
  const told = ({ detail }) => follow(root, name ?? kind, all, first, stated(detail));
  let written; // the address of this figure in the state that the one of the page has told
  const take = () => {
    follow(root, name, all, first, stated(location.hash.slice(1)), true);
    written = link();
  };
  const link = () =>
    encodeURI(`#${name}:${all.map(({ key, texts, at }) => `${key}=${plain(texts[at()])}`)}`);
  addEventListener(SHOW, told);
  if (name) {
    /** Take an address away that no longer tells what is shown: a reload would undo it all. */
    const outdate = () => {
      const mine = stated(location.hash.slice(1)).some(([other]) => same(other, name));
      if (mine && written !== link()) history.replaceState(history.state, "", location.href.split("#")[0]);
    };
    addCopy(root, () => (written = link()));
    take();
    addEventListener("hashchange", take);
    for (const kind of ["click", "input"]) root.addEventListener(kind, outdate);
  }
  return () => {
    removeEventListener(SHOW, told);
    removeEventListener("hashchange", take);
  };
}

/** Move figures of this page as an address such as lab:lr=1 would, but stay at this place. */
export const showFigure = (address) => dispatchEvent(new CustomEvent(SHOW, { detail: address }));

/** Set the choices of a figure that the address names, the others as at first, so that an address
 * always shows the same. What cannot be is said in one line of the console. `arrive` says that the
 * reader comes by this address, and so to the first figure in it. */
function follow(root, name, all, first, found, arrive) {
  const names = [...document.querySelectorAll("[data-figure]")].map((place) => place.dataset.figure);
  const quoted = (text) => JSON.stringify(text.slice(0, 40));
  const wrong = [];
  for (const [other] of name === names[0] ? found : []) {
    // one of the figures speaks for the page
    if (!names.some((known) => same(known, other))) {
      wrong.push(`there is no figure ${quoted(other)}, only ${names.join(", ")}`);
    }
  }
  const mine = found.findIndex(([other]) => same(other, name));
  if (mine >= 0) {
    const asked = new Map();
    for (const part of (found[mine][1] ?? "").split(",").filter(Boolean)) {
      const [key, value = ""] = part.split(/=(.*)/s);
      const choice = all.find((known) => same(known.key, key));
      if (choice) asked.set(choice, value);
      else wrong.push(`${name} has ${all.map(({ key }) => key).join(", ")}, not ${quoted(key)}`);
    }
    // one after the other: what can be chosen may depend on what has been
    all.forEach((choice, k) => {
      const value = asked.get(choice);
      const i = value === undefined ? -1 : choice.texts.findIndex((text) => same(text, value));
      if (value !== undefined && i < 0) {
        wrong.push(
          `${choice.key} of ${name} is ${choice.texts.map(plain).join(", ")}, not ${quoted(value)}`,
        );
      }
      choice.choose(i < 0 ? first[k] : i);
    });
    if (arrive && mine === 0) showTop(root);
  }
  if (wrong.length) console.warn(`In the address, ${wrong.join("; ")}. The rest of it counts.`);
}

/** Scroll to a figure without a motion, and again when the page above it has all its pictures,
 * unless the reader has gone elsewhere by then. */
function showTop(root) {
  root.scrollIntoView({ behavior: "instant" });
  const here = scrollY;
  const again = () => scrollY === here && root.scrollIntoView({ behavior: "instant" });
  if (document.readyState !== "complete") addEventListener("load", again, { once: true });
}

/** Add the button that copies a link to the state, and a field for where browsers do not let it. */
function addCopy(root, link) {
  const add = (tag, more) => line.appendChild(Object.assign(document.createElement(tag), more));
  const line = document.createElement("div");
  line.className = "explorer-address";
  const copy = add("button", { type: "button", textContent: "Copy link" });
  const said = add("span", { role: "status" });
  const field = add("input", {
    readOnly: true,
    hidden: true,
    ariaLabel: "Link to this figure as it is now",
  });
  root.append(line);
  const clear = () => {
    said.textContent = ""; // it would soon be no longer true
    field.hidden = true;
  };
  copy.addEventListener("blur", () => (said.textContent = ""));
  field.addEventListener("blur", clear);
  copy.addEventListener("click", async () => {
    clear();
    history.replaceState(history.state, "", link());
    try {
      await navigator.clipboard.writeText(location.href);
      said.textContent = "Copied";
    } catch {
      field.value = location.href;
      field.hidden = false;
      field.focus();
      field.select();
      said.textContent = "To copy:";
    }
  });
}
