// The bar above a chapter that runs in the browser: the way back to its page, and what Python does.
//
// JupyterLite shows nothing while Python loads, and nothing if it cannot be loaded: its cells stay
// at [*]. `report.js` tells from the worker; what the worker answers to the kernel's first call says
// whether Python has started. Above a notebook of another edition, all that is written here in English
// is said in the words of its table, sentence by sentence.

import { sayer } from "../../src/backprop/explorers/kit/translated.js";

const { python, pages, editions } = JSON.parse(document.getElementById("book").textContent);
const source = new URL(python, new URL("..", location)).href; // where Python comes from
const PATIENCE = 10; // seconds without a byte, or without a notebook, before the reader is told
const ELSEWHERE = "All results are on the chapter's page, too.";

const bar = document.createElement("section"); // JupyterLite has a header of its own
bar.className = "book-bar";
bar.innerHTML = `<a></a><p role="status"><span></span><span aria-hidden="true"></span></p>
  <p role="alert"></p>`;
const [news, amount] = bar.querySelectorAll("span");
const alarm = bar.querySelector("[role=alert]");

const path = new URLSearchParams(location.search).get("path")?.replace(/\.ipynb$/, "") ?? "";
const edition = editions.find(({ folder }) => path.startsWith(folder));
const say = sayer(edition.words);
bar.lang = edition.lang;
bar.setAttribute("aria-label", say("About this notebook"));

const known = pages.includes(path);
const link = bar.querySelector("a");
link.href = `../../${known ? path : edition.folder + "index"}.html`;
link.textContent = say(known ? "← Back to the chapter's page" : "← Back to the book");

document.body.prepend(bar);

/** Show what goes on, an amount that is not read aloud, and what is wrong. */
function show(going, megabytes, wrong) {
  const english = [going, megabytes, wrong.replace(/\s+/g, " ")]; // sentences go over several lines
  const texts = english.map(say);
  [news, amount, alarm].forEach((element, i) => {
    if (element.textContent !== texts[i]) element.textContent = texts[i];
  });
  window.dispatchEvent(new Event("resize")); // the notebook below takes the room that is left
}

/** Name the host of an address; that of the kernel's first script is a name without a path. */
const host = (url) => new URL(url, source).host;

/** Say that something did not come, and what to do about it. */
function lost(url) {
  const file = decodeURIComponent(new URL(url, source).pathname.split("/").pop());
  return `Python is not complete: ${file} could not be loaded from ${host(url)}. You may be offline,
    or that host is blocked or down. When it can be reached again, reload this page. ${ELSEWHERE}`;
}

const OLD = `Python cannot run in this browser, which is too old or does not allow WebAssembly. Open
  this page in a current Firefox, Chrome, Edge or Safari. ${ELSEWHERE}`;

const LATE = `The notebook has not opened yet. If it does not, allow this site to keep data (some private
  windows do not), or open this page in a current Firefox, Chrome, Edge or Safari. ${ELSEWHERE}`;

const late = setTimeout(() => show("", "", LATE), PATIENCE * 1000);

/** Follow a worker that runs Python. */
function watch(worker) {
  clearTimeout(late);
  const state = { bytes: 0, quiet: 0, failed: "", waiting: ["pyodide.mjs"], ready: false, broken: "" };
  const update = () => {
    const { bytes, quiet, failed, waiting, ready, broken } = state;
    const [url = ""] = waiting;
    const slow = `Nothing has come from ${host(url)} for ${PATIENCE} seconds. Python needs it
      to start: that host may be blocked, or your line is slow. ${ELSEWHERE}`;
    const wrong = failed ? lost(failed) : broken || (quiet < PATIENCE ? "" : slow);
    const loading = ready ? "Loading a package" : "Loading Python";
    const going = waiting.length ? loading : ready ? "" : "Starting Python";
    const amount = going && bytes ? `: ${(bytes / 1e6).toFixed(1)} MB` : "";
    show(wrong ? "" : going, wrong ? "" : amount, wrong);
  };
  worker.addEventListener("message", ({ data }) => {
    if (data?.loading) Object.assign(state, data.loading);
    else if (data?.id && !state.ready && !state.broken) {
      // The answer to the first call, in the words of the library comlink.
      if (data.name === "throw") state.broken = reason(data.value?.value?.message || "no reason given");
      else state.ready = true;
    } else return;
    update();
  });
  worker.addEventListener("error", () => {
    state.broken ||= OLD;
    update();
  });
  update();
}

/** Say why Python has not started, from the words of its error. */
function reason(message) {
  const [url] = message.match(/https?:\S+/) ?? [];
  if (url) return lost(url);
  return `Python has not started: ${message.replace(/\.$/, "")}. Reload this page; if that does not
    help, open it in a current Firefox, Chrome, Edge or Safari. ${ELSEWHERE}`;
}

if (typeof WebAssembly === "undefined") {
  clearTimeout(late);
  show("", "", OLD);
} else {
  window.Worker = class extends window.Worker {
    constructor(url, options) {
      const kernel = String(url).includes("pyodide-kernel");
      super(url, kernel ? { ...options, name: source } : options);
      if (kernel) watch(this);
    }
  };
}
