// In the worker that runs Python, before the kernel's own script: tell the page how loading goes.
//
// It counts seconds in which this thread was free and nothing came. Python at work blocks the thread,
// and so is never taken for a network that does not answer.

// What belongs to Python comes from here; the reader's cells may ask for other things.
const SOURCES = [self.name, new URL("./", import.meta.url).href];
const SCRIPT = "pyodide.mjs"; // imported first, without a fetch that could be followed
const waiting = new Set([SCRIPT]);
const state = { bytes: 0, quiet: 0, failed: "" };
let moved = true; // since the last second
let told = "";

const plainFetch = self.fetch;
self.fetch = async (...request) => {
  const url = new URL(request[0].url ?? request[0], self.location).href;
  if (!SOURCES.some((source) => url.startsWith(source))) return plainFetch(...request);
  waiting.delete(SCRIPT);
  waiting.add(url);
  moved = true;
  try {
    const response = await plainFetch(...request);
    if (!response.ok) throw Object.assign(new Error(), { response });
    follow(url, response.clone()); // a copy: the kernel gets the very answer of the network
    return response;
  } catch (error) {
    waiting.delete(url);
    state.failed ||= url;
    if (error.response) return error.response;
    throw error;
  }
};

/** Count the bytes of an answer while it comes. */
async function follow(url, { body }) {
  try {
    for await (const part of parts(body)) {
      state.bytes += part.length;
      moved = true;
    }
    if (state.failed === url) state.failed = ""; // it was tried again
  } catch {
    state.failed ||= url; // the line was cut
  }
  waiting.delete(url);
  moved = true;
}

/** Yield what comes; not all browsers can loop over a stream. */
async function* parts(body) {
  const reader = body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader.read()) {
    yield part.value;
  }
}

setInterval(() => {
  state.quiet = moved || !waiting.size ? 0 : state.quiet + 1;
  moved = false;
  const now = JSON.stringify({ ...state, waiting: [...waiting] });
  if (now !== told) self.postMessage({ loading: JSON.parse(now) });
  told = now;
}, 1000);
