// Loaded by every page: what styles alone cannot do on paper and for readers without a mouse.

// Paper is light, whatever the screen is, and what is folded on the screen lies open.
// sphinx-togglebutton does the same for the solutions of exercises.
addEventListener("beforeprint", () => {
  const page = document.documentElement.dataset;
  const theme = page.theme;
  const folded = [...document.querySelectorAll("details:not([open])")];
  page.theme = "light";
  for (const part of folded) part.open = true;
  for (const image of document.querySelectorAll("img[loading]")) image.loading = "eager";
  const restore = () => {
    page.theme = theme;
    for (const part of folded) part.open = false;
  };
  addEventListener("afterprint", restore, { once: true });
});

// The other edition opens at the same place: sections and figures have the same addresses there.
const other = document.querySelector(".switch-edition");
other?.addEventListener("click", () => {
  other.hash = location.hash;
});

// What is wider than the page scrolls, and the keyboard can scroll what it can reach. The theme sees
// to it when the window changes, but not in parts that were folded, nor for formulas and graphs.
const wide =
  "pre, .output, .pst-scrollable-table-container, .backprop-graph, .explorer-wide, .math";
function reach() {
  const parts = [...document.querySelectorAll(wide)];
  const scrolling = parts.map((part) => part.scrollWidth > part.clientWidth); // before any change
  parts.forEach((part, i) => {
    if (scrolling[i]) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  });
}
let soon;
const resized = new ResizeObserver(() => {
  clearTimeout(soon); // once, when the page has come to rest
  soon = setTimeout(reach, 100);
});
addEventListener("DOMContentLoaded", () => {
  resized.observe(document.querySelector(".bd-main"));
});
