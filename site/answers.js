// On the start page: what the reader has answered in the whole book, to see, to copy, to forget.

import { HERE, kept } from "../src/backprop/explorers/kit/kept.js";

const place = document.querySelector(".my-answers");
const pages = JSON.parse(document.querySelector("#questions-of-all-pages").textContent);
let asked = false; // whether the reader has been asked if all is to be forgotten

const element = (tag, text, ...children) => {
  const made = document.createElement(tag);
  made.append(text, ...children);
  return made;
};
const row = (kind, ...texts) => element("tr", "", ...texts.map((text) => element(kind, text)));
const link = ({ title, page }) => Object.assign(element("a", title), { href: page });
const list = (numbered) => numbered.map(([name, count]) => `${told(name)} ${count}`).join(", ");

/** The answers to the questions of a page, in their order; nothing for those without one. */
function answers({ questions }) {
  const all = kept("questions") ?? {};
  return questions.map(([key]) => all[key]).map((one) => (one?.said?.length ? one : undefined));
}

function draw() {
  const table = element("table", "", row("th", "Page", "Questions answered", "Right at the first try"));
  for (const page of pages) {
    const done = answers(page).filter(Boolean);
    const first = done.filter(({ said, right }) => right && said.length === 1).length;
    table.append(row("td", link(page), `${done.length} of ${page.questions.length}`, String(first)));
  }
  table.className = "table";
  const drills = list(Object.entries(kept("practice") ?? {}));
  const none = !drills && !pages.some((page) => answers(page).some(Boolean));
  const said = Object.assign(element("span", ""), { role: "status" });
  place.replaceChildren(
    element("div", "", table),
    ...(drills ? [element("p", `Drills solved: ${drills}.`)] : []),
    ...(keeps() ? [] : [element("p", "This browser keeps nothing: answers last until you leave a page.")]),
    element("p", "", ...buttons(none, said), said),
  );
  place.firstChild.className = "pst-scrollable-table-container";
}

function buttons(none, said) {
  const button = (name, press) => {
    const made = Object.assign(element("button", name), { type: "button", disabled: none });
    made.addEventListener("click", press);
    return made;
  };
  const ask = (yes) => {
    asked = yes;
    draw();
    place.querySelector("button:last-of-type").focus();
  };
  if (!asked) {
    return [button("Copy my answers", () => copy(said)), " ", button("Forget my answers", () => ask(true))];
  }
  const forget = () => {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(HERE)) localStorage.removeItem(key);
    }
    ask(false);
    place.querySelector("[role=status]").textContent = " All is forgotten.";
  };
  return ["Forget all answers for good? ", button("Yes, forget", forget), " ", button("No, keep", () => ask(false))];
}

/** All answers in plain text, page by page, for a teacher. */
function plain() {
  const parts = pages.map((page) => {
    const lines = answers(page).flatMap((one, i) => (one ? [`${i + 1}. ${page.questions[i][1]}`, tried(one)] : []));
    return lines.length ? [page.title, ...lines, ""].join("\n") : "";
  });
  const drills = Object.entries(kept("practice") ?? {});
  return [document.title, "", ...parts.filter(Boolean), ...(drills.length ? [told(`Drills solved: ${list(drills)}`)] : [])].join("\n");
}

function tried({ said, right, shown }) {
  const last = said.length - 1;
  const all = said.map((text, i) => `${text} (${told(right && i === last ? "right" : "not right")})`);
  return `   ${[...all, ...(shown ? [told("then looked at the answer")] : [])].join(", ")}`;
}

async function copy(said) {
  const text = plain();
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = " Copied";
  } catch {
    const field = Object.assign(element("textarea", text), { readOnly: true, ariaLabel: "My answers" });
    place.append(field);
    field.focus();
    field.select();
  }
}

function keeps() {
  try {
    localStorage.setItem(`${HERE}try`, "");
    localStorage.removeItem(`${HERE}try`);
    return true;
  } catch {
    return false;
  }
}

draw();
addEventListener("pageshow", draw); // the reader comes back from a chapter
addEventListener("storage", draw); // and from one in another window
