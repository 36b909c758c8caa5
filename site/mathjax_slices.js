// Sets the formulas a few at a time. A page with hundreds of them would otherwise stand still for a
// second on a phone: here it scrolls and answers in between.

const SLICE = 8; // milliseconds of work, after which the page may answer

MathJax.startup = {
  async pageReady() {
    const page = MathJax.startup.document;
    const pause = () => new Promise((go) => setTimeout(go));

    /** Do something with each formula, with pauses. MathJax may first have to load a part for it. */
    async function each(act) {
      await pause();
      let start = performance.now();
      for (const formula of page.math) {
        await MathJax._.mathjax.mathjax.handleRetriesFor(() => act(formula));
        if (performance.now() - start < SLICE) continue;
        page.addStyleSheet(); // with what the last formulas need
        await pause();
        start = performance.now();
      }
    }

    page.findMath();
    await each((formula) => formula.compile(page));
    page.getMetrics(); // for all at once: it makes the browser lay out the whole page
    await each((formula) => {
      formula.typeset(page);
      formula.assistiveMml(page);
      formula.updateDocument(page);
    });
    page.updateDocument();
  },
};
