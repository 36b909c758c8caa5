// Graphs that are wider than the page scroll sideways in a frame of their own. The keyboard reaches a
// frame while there is something to scroll; not all browsers see to that themselves.

addEventListener("DOMContentLoaded", () => {
  const look = () => {
    for (const frame of document.querySelectorAll(".backprop-graph")) {
      if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
      else frame.removeAttribute("tabindex");
    }
  };
  new ResizeObserver(look).observe(document.body); // it grows with a figure that comes to life
});
