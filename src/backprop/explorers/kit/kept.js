// What a reader has done, kept in this browser only; where it keeps nothing, for this visit.

export const HERE = "backprop-in-fifteen-minutes:"; // other pages of the same site have keys of their own
const visit = new Map();

/** Return what `keep` has kept under a key, or undefined. */
export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(HERE + key)) ?? visit.get(key);
  } catch {
    return visit.get(key);
  }
}

/** Keep a value that JSON can hold. */
export function keep(key, value) {
  visit.set(key, value);
  try {
    localStorage.setItem(HERE + key, JSON.stringify(value));
  } catch {
    // private mode, or a full store: it is there until the page is left
  }
}
