// What packing.py has packed.

const BELOW = -24; // the smallest power of ten in a code
const HALF = 32768;
const NO_NUMBER = 65535;

/** Undo Python's zlib.compress. */
export async function unpack(view) {
  const stream = new Blob([view]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** Return the number that a code of Python's `signed` stands for. */
export function signedNumber(code) {
  if (code === NO_NUMBER) return Infinity;
  const size = code % HALF;
  const power = Math.floor(size / 1000) + BELOW;
  const digits = code < HALF ? size % 1000 : -(size % 1000);
  return power < 0 ? digits / 10 ** -power : digits * 10 ** power;
}
