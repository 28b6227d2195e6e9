/** Java's text of floating point numbers: the shortest digits that read back as the same number, in Java's notation. */

const smallestPlain = 1e-3;
const smallestScientific = 1e7;
/** Below this a double has so few digits that Java prints two even where one would do. */
const fewDigitsDouble = 1e-321;
const smallestNormalFloat = 2 ** -126;

/**
 * Text of a FLOAT64 as `Double.toString` gives it (JDK 19 and later): `100.0`, `9.999E-4`, `1.0E7`, `NaN`, `-Infinity`.
 */
export function doubleText(value: number): string {
  const magnitude = value < 0 ? -value : value;
  if (magnitude >= smallestPlain && magnitude < smallestScientific) return (value | 0) === value ? `${value}.0` : `${value}`;
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (!Number.isFinite(value)) return `${value}`;
  return javaExponent(magnitude < fewDigitsDouble ? twoDigits(value) : value.toExponential());
}

/** Text of a FLOAT32 as `Float.toString` gives it: the shortest digits of the single precision number, so `0.1` for 0.1f. */
export function floatText(value: number): string {
  if ((value | 0) === value && value !== 0 && value < smallestScientific && value > -smallestScientific) return `${value}.0`;
  if (value === 0 || !Number.isFinite(value)) return doubleText(value);
  if (Math.abs(value) < smallestNormalFloat) return subnormalText(value);
  // Six digits always tell floats apart, so when they suffice the shortest form is the same number without trailing zeros.
  for (let precision = 6; precision < 9; precision += 1) {
    const decimal = roundTripping(value, precision);
    if (decimal !== null) return doubleText(decimal);
  }
  return doubleText(Number(value.toPrecision(9)));
}

/** A decimal of so many digits that reads back as this float, or null. */
function roundTripping(value: number, precision: number): number | null {
  const text = value.toPrecision(precision);
  const nearest = Number(text);
  if (Math.fround(nearest) === value) return nearest;
  // Above a power of two floats are twice as far apart as below, so the next decimal away from zero may fit where the nearest does not.
  const scientific = nearest.toExponential(precision - 1);
  const unit = 10 ** (Number(scientific.slice(scientific.indexOf('e') + 1)) - precision + 1);
  const next = Number((nearest + Math.sign(value) * unit).toPrecision(precision));
  return Math.fround(next) === value ? next : null;
}

/** Java looks for the closest of all decimals with up to two digits, so two are printed where one would do. */
function subnormalText(value: number): string {
  for (let precision = 1; precision < 9; precision += 1) {
    const text = value.toExponential(precision - 1);
    if (Math.fround(Number(text)) === value) return javaExponent(precision === 1 ? value.toExponential(1) : text);
  }
  return javaExponent(value.toExponential(8));
}

/** The shortest digits, but at least two of them. */
function twoDigits(value: number): string {
  const text = value.toExponential();
  return text.includes('.') ? text : value.toExponential(1);
}

/** `1.5e+40` → `1.5E40`, with at least one digit after the point. */
function javaExponent(exponential: string): string {
  const at = exponential.indexOf('e');
  const digits = exponential.slice(0, at);
  const exponent = exponential.slice(exponential[at + 1] === '+' ? at + 2 : at + 1);
  return digits.includes('.') ? `${digits}E${exponent}` : `${digits}.0E${exponent}`;
}
