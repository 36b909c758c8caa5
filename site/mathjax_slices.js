// Sets the formulas a few at a time, those at the top first. A page with hundreds of them would
// otherwise stand still for a second on a phone: here it scrolls and answers in between.

const SLICE = 15; // milliseconds; a frame of the screen has 16

MathJax.startup = {
  async pageReady() {
    const formulas = [...document.querySelectorAll(".math")];
    let count = 1; // as many as fit into a slice, by what the last ones took
    while (formulas.length > 0) {
      const start = performance.now();
      await MathJax.typesetPromise(formulas.splice(0, count));
      count = Math.max(1, Math.floor((count * SLICE) / (performance.now() - start)));
      await new Promise((go) => setTimeout(go));
    }
  },
};
