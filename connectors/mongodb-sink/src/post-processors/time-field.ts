import { dateOf } from '../ejson/iso-date.ts';
import type { PostProcessor } from './post-processor.ts';

const TEXT = /^(\d{4}-\d\d-\d\d)(?:[T ]{0,2}(\d\d:\d\d:\d\d)(?:\.?(\d{3,6}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?\s?(?:\[[^\]]*\])?$/;

/** Makes a Date of a number of milliseconds or an ISO-8601 text in a field. What cannot be read stays as it is. */
export function convertTimeField(field: string): PostProcessor {
  return ({ value }) => {
    const time = value?.get(field);
    const date = time === undefined || time === null ? null : converted(time);
    if (date !== null) value?.set(field, date);
  };
}

function converted(time: unknown): Date | null {
  if (typeof time === 'string') return fromText(time);
  if (typeof time === 'bigint' || typeof time === 'number') return new Date(Math.trunc(Number(time)));
  const number = typeof time === 'object' && time !== null && 'value' in time ? time.value : null;
  return typeof number === 'number' ? new Date(Math.trunc(number)) : null;
}

function fromText(text: string): Date | null {
  const match = TEXT.exec(text.trim());
  if (match === null) return null;
  const [, day, clock = '00:00:00', fraction = '000', zone = 'Z'] = match;
  const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone;
  try {
    return dateOf(`${day}T${clock}.${fraction.slice(0, 3)}${offset}`);
  } catch {
    // Not a date after all, such as the 31st of February: it stays a text, as by the original.
    return null;
  }
}
