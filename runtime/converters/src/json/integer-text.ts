const INT32_LIMIT = 0x8000_0000;
const BILLION = 1_000_000_000;
const THOUSAND = 1000;

/** `000` to `999`. */
const threeDigits = Array.from({ length: THOUSAND }, (_, value) => String(value).padStart(3, '0'));

/** The decimal text of an integer. Beyond 32 bits the engine writes a number as the double that it is, which takes five times as long. */
export function integerText(value: number | bigint): string {
  if (typeof value === 'bigint' || value < INT32_LIMIT || !Number.isSafeInteger(value)) return `${value}`;
  const high = Math.floor(value / BILLION);
  const low = value - high * BILLION;
  const thousands = Math.floor(low / THOUSAND);
  const millions = Math.floor(thousands / THOUSAND);
  const group = (index: number): string => threeDigits[index] as string;
  return `${high}${group(millions)}${group(thousands - millions * THOUSAND)}${group(low - thousands * THOUSAND)}`;
}
