// Regions as outlines.py has packed them: pictures one after another, and the paths of one of them.

const NOTHING = 255; // the number of borders of a network that has diverged

/** Return where the heads and the points of each picture begin. */
export function picturesOf(heads) {
  const found = [];
  for (let head = 0, point = 0; head < heads.length;) {
    found.push([head, point]);
    const count = heads[head] === NOTHING ? 0 : heads[head];
    for (let i = 1; i <= count; i++) point += 2 * heads[head + 2 * i + 1];
    head += 2 * (count + 1);
  }
  return found;
}

/** Return the path of each class in a picture. Each border stands for the fan from a corner to it,
 * once forward for the class at its left and once backward for the other; outside of the region of
 * a class, all its fans and those of the sides cancel each other. */
export function regionPaths(heads, points, [head, point], classes, grid) {
  const found = Array(classes).fill("");
  if (heads[head] === NOTHING) return found;
  const corners = ["0 0", `${grid} 0`, `${grid} ${grid}`, `0 ${grid}`];
  const ends = [];
  const fan = (line) => `M0 0L${line.join("L")}z`;
  for (let i = 1; i <= heads[head]; i++) {
    const [kind, size] = heads.subarray(head + 2 * i);
    const line = [];
    for (let k = 0; k < size; k++, point += 2) line.push(`${points[point]} ${points[point + 1]}`);
    const [left, right] = [kind & 3, (kind >> 2) & 3];
    found[left] += fan(line);
    if (kind & 16) ends.push([around(line[0], grid), line[0], left, right]);
    if (kind & 32) ends.push([around(line[size - 1], grid), line[size - 1], right, left]);
    found[right] += fan(line.reverse());
  }
  if (!ends.length) ends.push([0, corners[0], heads[head + 1], heads[head + 1]]);
  order(ends);
  ends.forEach(([from, start, , here], i) => {
    const [to, stop] = ends[(i + 1) % ends.length];
    const end = to < from || ends.length === 1 ? to + 4 * grid : to;
    const line = [start];
    for (let k = Math.floor(from / grid) + 1; k * grid < end; k++) line.push(corners[k % 4]);
    found[here] += fan([...line, stop]);
  });
  return found;
}

/** Sort ends along the sides. Of those at one step of the grid, that one follows which begins with
 * the class before it; that one is the very first which begins with a class with which none ends. */
function order(ends) {
  ends.sort(([a], [b]) => a - b);
  for (let i = 0; i < ends.length; i++) {
    const others = ends.filter(([place]) => place === ends[i][0]).map(([, , , after]) => after);
    const fits = ([place, , before], k) =>
      k >= i && place === ends[i][0] && (i ? before === ends[i - 1][3] : !others.includes(before));
    const k = ends.findIndex(fits);
    if (k > i) [ends[i], ends[k]] = [ends[k], ends[i]];
  }
}

/** Return how far along the sides a point lies, from the lower left corner to the right. */
function around(place, grid) {
  const [x, y] = place.split(" ").map(Number);
  if (y === 0) return x;
  if (x === grid) return grid + y;
  return y === grid ? 3 * grid - x : 4 * grid - y;
}
