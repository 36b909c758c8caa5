// What a reader has done, kept in this browser only; where it keeps nothing, for this visit.

export const HERE = "backprop-in-fifteen-minutes:"; // other pages of the same site have keys of their own
const visit = new Map(); // what the browser did not take

/** Return what `keep` has kept under a key, or undefined. */
export function kept(key) {
  if (visit.has(key)) return visit.get(key);
  try {
    return JSON.parse(localStorage.getItem(HERE + key)) ?? undefined;
  } catch {
    return undefined; // it keeps nothing, or not what was kept
  }
}

/** Keep a value that JSON can hold. */
export function keep(key, value) {
  try {
    localStorage.setItem(HERE + key, JSON.stringify(value));
    visit.delete(key);
  } catch {
    visit.set(key, value); // private mode, or a full store: it is there until the page is left
  }
}
