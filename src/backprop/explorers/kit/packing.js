// What packing.py has packed.

const SHIFT = 32; // of the powers of ten
const SMALLEST = 24; // and of those with a sign
const HALF = 32768;
const NO_NUMBER = 65535;

/** Undo Python's zlib.compress. */
export async function unpack(view) {
  const stream = new Blob([view]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** Return two-byte codes of which all low bytes come first, then all high ones. */
export function codesOf(bytes) {
  const count = bytes.length / 2;
  return Uint16Array.from({ length: count }, (_, i) => bytes[i] + 256 * bytes[count + i]);
}

/** Return the number that a code of Python's `decimals` stands for. */
export function decimal(code) {
  if (code === NO_NUMBER) return Infinity;
  return scaled(code % 1000, Math.floor(code / 1000) - SHIFT);
}

/** Return the number that a code of Python's `signed` stands for. */
export function signedNumber(code) {
  if (code === NO_NUMBER) return Infinity;
  const size = code % HALF;
  const number = scaled(size % 1000, Math.floor(size / 1000) - SMALLEST);
  return code < HALF ? number : -number;
}

const scaled = (digits, power) => (power < 0 ? digits / 10 ** -power : digits * 10 ** power);
