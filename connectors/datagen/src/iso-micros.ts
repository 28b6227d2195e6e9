const MICROS_PER_SECOND = 1_000_000;

let lastSecond = Number.NaN;
let lastText = '';

/** Date and time in UTC with microseconds and without a zone, `2021-04-29T20:30:25.377052`: the text that Python's `isoformat` gives. */
export function isoMicros(micros: number): string {
  const second = Math.floor(micros / MICROS_PER_SECOND);
  // Records come in the order of time, so most share the second of the one before.
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
    lastSecond = second;
  }
  return lastText + String(micros - second * MICROS_PER_SECOND).padStart(6, '0');
}
