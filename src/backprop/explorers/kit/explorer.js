// The frame of an explorer: its place on the page, in front of which the still picture goes.

import { addressed } from "./address.js";

/** Make an explorer: `build(root, data, model)` fills its place on the page. `kind` is the class of
 * that place, and the first part of its still picture's. */
export function explorer(build, kind = "explorer") {
  return {
    async render({ model, el }) {
      const data = model.get("data");
      const root = make("div", { class: kind, role: "group", "aria-label": data.label });
      const end = await build(root, data, model); // if it fails, the still picture stays
      el.append(root);
      // The built page has put `el` into the document by now; Jupyter does so after this call.
      if (el.isConnected) hideStill(el, kind);
      else requestAnimationFrame(() => el.isConnected && hideStill(el, kind));
      const leave = addressed(root, el.dataset.figure, data.name);
      return () => {
        leave();
        end?.();
      };
    },
  };
}

/** Mark the still picture in front of a living figure; the stylesheet hides it on screens. */
function hideStill(el, kind) {
  const inFront = (still) => still.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING;
  const stills = [...document.querySelectorAll(`.${kind}-still`)].filter(inFront);
  stills.at(-1)?.classList.add("explorer-replaced");
}

/** Make an HTML element with attributes and children. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Add a box of a class to `parent`: "controls", "charts" or another one of the stylesheet. */
export function box(parent, name) {
  return parent.appendChild(make("div", { class: `explorer-${name}` }));
}

/** Scroll a graph that is wider than the page sideways, so that a part of it is seen. */
export function bringIntoView(frame, part) {
  if (!part) return;
  const [around, now] = [frame, part].map((element) => element.getBoundingClientRect());
  frame.scrollLeft += Math.max(0, now.right - around.right) + Math.min(0, now.left - around.left);
}
