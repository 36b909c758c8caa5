// Numbers that readers type: understood as people write them, and compared with what was meant.

const SIGNS = /[\u2010-\u2015\u2212\u2796\uFE58\uFE63\uFF0D]/g; // all that is drawn as a minus
const SLASHES = /[\u2044\u2215\u00F7\uFF0F]/g;
const NUMBER = String.raw`(\d+(?:[.,]\d*)?|[.,]\d+)(?:e([+-]?\d+))?`;
const WHOLE = new RegExp(`^([+-]?)${NUMBER}( ?%)?$`, "i");
const FRACTION = new RegExp(`^([+-]?)(?:(\\d+) )?${NUMBER} ?/ ?([+-]?)${NUMBER}$`, "i");
const EXAMPLES = "such as 2.5, −3 or 1/3";
const DIGITS = 3; // with so many a rounded number tells what was meant

/** Return a text with the signs that keyboards and languages write in many ways in one way. */
const plainly = (text) =>
  text
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[¼-¾⅐-⅞]/g, (sign) => ` ${sign.normalize("NFKC")}`) // 1½ is 1 1/2, not 11/2
    .replace(SIGNS, "-")
    .replace(SLASHES, "/")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^= ?/, "") // what stands in brackets, or after =, is the same number
    .replace(/^\( ?([^()]*?) ?\)$/, "$1")
    .replace(/^([+-]) /, "$1");

/** Read one number, with a decimal point or comma, as a fraction or in per cent. Returns its `value`,
 * how many `digits` it has (a fraction is exact: as many as you like) and `half` a unit of the last
 * of them; `wrong`, a sentence, for what is no number; nothing for an empty text. */
export function read(text) {
  const plain = plainly(text);
  if (!plain) return undefined;
  if (/^[+-]?[1-9]\d{0,2},\d{3}$/.test(plain)) {
    const [point, none] = [".", ""].map((sign) => plain.replace(",", sign));
    return { wrong: `This can be read in two ways: write ${point} or ${none}.` };
  }
  const whole = WHOLE.exec(plain);
  if (whole) return finite(inDigits(...whole.slice(1)));
  const [, sign, ones = "0", ...parts] = FRACTION.exec(plain) ?? [];
  if (sign === undefined) return { wrong: `Type one number, ${EXAMPLES}.` };
  const [above, below] = [inDigits("", parts[0], parts[1]), inDigits(...parts.slice(2))];
  if (below.value === 0) return { wrong: "Nothing can be divided by 0." };
  const size = Number(ones) + above.value / below.value;
  return finite({ value: sign === "-" ? -size : size, digits: Infinity, half: 0 });
}

function inDigits(sign, written, power = "0", percent) {
  const [ones, parts = ""] = written.split(/[.,]/);
  const shift = Number(power) - (percent ? 2 : 0);
  const size = Number(`${ones || 0}.${parts || 0}e${shift}`);
  const digits = (ones + parts).replace(/^0+/, "").length;
  return { value: sign === "-" ? -size : size, digits, half: 0.5 * 10 ** (shift - parts.length) };
}

const finite = (number) =>
  Number.isFinite(number.value) ? number : { wrong: "This number is too large." };

/** Tell whether two numbers are the same but for the last digits of a computer's numbers. */
export const equal = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-3);

/** Tell whether a typed number may be `meant` rounded: to any number of digits if `coarse`. */
export const roundedFrom = ({ value, digits, half }, meant, coarse = false) =>
  equal(value, meant) ||
  ((coarse || digits >= DIGITS) && meant !== 0 && Math.abs(value - meant) <= half * (1 + 1e-9));
