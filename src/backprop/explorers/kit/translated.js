// What a figure says in another language, in pages and notebooks of that language alone. Figures are
// written in English and know nothing of it: whatever they write into their place is looked up in a
// table, before it is painted. `say` is that of show/language.py.

const HEARD = ["aria-label", "aria-valuetext", "title"];
const WIDE = "\\u2014-\\u201d\\u2026\\u3000-\\u9fff\\uff00-\\uffef";
const BETWEEN_WIDE = new RegExp(`([${WIDE}]) +(?=[${WIDE}])`, "g");
const AFTER_WIDE = new RegExp(`([${WIDE}])([.,:;?!])(?= |$)`, "g");
const WIDE_SIGNS = { ".": "。", ",": "，", ":": "：", ";": "；", "?": "？", "!": "！" };
const BESIDE_SIGN = / *([，。：；？！（）、“”]) */g;

/** Return the function that says a text in the other language: sentence by sentence, the first entry
 * that fits, those that say more first; {names} stand for what varies, and are looked up in turn. */
export function sayer(table) {
  const said = new Map();
  const weight = ([english]) => english.replace(/\{\w+\}/g, "").length;
  const entries = table.map(([english, there]) => [pattern(english), there, weight([english])]);
  entries.sort((a, b) => b[2] - a[2]);
  const one = (sentence) => {
    for (const [fits, there] of entries) {
      const found = fits.exec(sentence);
      if (found) return there.replace(/\{(\w+)\}/g, (_, name) => say(found.groups[name]));
    }
    return sentence;
  };
  const say = (text) => {
    if (!/[A-Za-z]|[\u4e00-\u9fff][.,]/.test(text)) return text;
    if (!said.has(text)) {
      const sentences = text.replace(/([.!?]) +/g, "$1\n").split("\n").map(one);
      const signed = sentences.join(" ").replace(AFTER_WIDE, (_, letter, sign) => letter + WIDE_SIGNS[sign]);
      said.set(text, signed.replace(BETWEEN_WIDE, "$1").replace(BESIDE_SIGN, "$1"));
    }
    return said.get(text);
  };
  return say;
}

function pattern(english) {
  const seen = new Set();
  const part = (text, i) => {
    if (i % 2 === 0) return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    if (seen.has(text)) return `\\k<${text}>`;
    seen.add(text);
    return `(?<${text}>.+?)`;
  };
  return new RegExp(`^${english.split(/\{(\w+)\}/).map(part).join("")}$`, "s");
}

/** Keep a place in the other language: what is in it, and what will be. Returns what ends it. */
export function keepSaid(place, say) {
  const attribute = (element, name) => {
    const text = element.getAttribute(name);
    const there = text && say(text);
    if (there !== text) element.setAttribute(name, there);
  };
  const text = (node) => {
    // the words in a graph are names of the code
    if (!node.data.trim() || node.parentElement?.closest(".backprop-graph, style, code")) return;
    const [, before, words, after] = /^(\s*)(.*?)(\s*)$/s.exec(node.data);
    const close = /[。？！]$/.test(node.previousSibling?.textContent ?? "");
    const there = (close ? "" : before) + say(words) + after;
    if (there !== node.data) node.data = there;
  };
  const all = (node) => {
    if (node.nodeType === Node.TEXT_NODE) text(node);
    for (const name of HEARD) if (node.hasAttribute?.(name)) attribute(node, name);
    node.childNodes.forEach(all);
  };
  const seen = new MutationObserver((changes) => {
    for (const { type, target, attributeName, addedNodes } of changes) {
      if (type === "attributes") attribute(target, attributeName);
      else if (type === "characterData") text(target);
      else addedNodes.forEach(all);
    }
    seen.takeRecords(); // what was just written is no news
  });
  all(place);
  const what = { childList: true, characterData: true, attributeFilter: HEARD };
  seen.observe(place, { subtree: true, ...what });
  return () => seen.disconnect();
}

/** Make a figure one that speaks a language, by a table. */
export function translated({ render, ...rest }, language, table) {
  const say = sayer(table);
  return {
    ...rest,
    async render({ el, ...more }) {
      if (!document.documentElement.lang.startsWith(language)) el.lang = language; // in Jupyter
      const quiet = keepSaid(el, say);
      const end = await render({ el, ...more });
      return () => {
        quiet();
        end?.();
      };
    },
  };
}
