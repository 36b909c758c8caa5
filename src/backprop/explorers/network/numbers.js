// The numbers of all runs, as Python has packed them: which stand for a stop, a point and a batch.

import { codesOf, signedNumber } from "../kit/packing.js";

/** Return for each task what finds its numbers by their names. */
export function numbersOf(bytes, tasks, stopCount) {
  let start = 0;
  return tasks.map(({ points, fields: [alone, together] }) => {
    const places = [alone, together].map(() => new Map());
    let count = 0;
    for (const [name, size] of alone) {
      places[0].set(name, [count, size]);
      count += stopCount * points.length * size;
    }
    for (const [name, size] of together) {
      places[1].set(name, [count, size]);
      count += stopCount * size;
    }
    const own = codesOf(bytes.subarray(start, (start += 2 * count)));
    const taken = [new Map(), new Map()]; // each text asks for the same few rows
    const rowOf = (which, row) =>
      Object.fromEntries(
        [...places[which]].map(([name, [first, size]]) => [
          name,
          Array.from(own.subarray(first + row * size, first + (row + 1) * size), signedNumber),
        ]),
      );
    const take = (which, row) => {
      if (!taken[which].has(row)) taken[which].set(row, rowOf(which, row));
      return taken[which].get(row);
    };
    const found = {
      alone: ({ stop, point }) => take(0, stop * points.length + point),
      together: ({ stop }) => take(1, stop),
      batch: (state) => (state.batch ? found.together(state) : found.alone(state)),
    };
    return found;
  });
}
