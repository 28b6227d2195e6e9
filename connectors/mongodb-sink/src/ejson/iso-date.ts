/** The Date of milliseconds or of ISO-8601 text; text without a zone is UTC. @throws RangeError if it is neither */
export function dateOf(value: unknown): Date {
  if (typeof value === 'bigint' || typeof value === 'number') return new Date(Number(value));
  if (typeof value === 'object' && value !== null && 'valueOf' in value && typeof value.valueOf() === 'number') {
    return new Date(Number(value.valueOf()));
  }
  const text = String(value);
  const zoned = /T.*(?:Z|[+-]\d\d:?(?:\d\d)?)$/.test(text) || /^\d{4}-\d\d-\d\d$/.test(text) ? text : `${text}Z`;
  const date = new Date(zoned);
  if (Number.isNaN(date.getTime())) throw new RangeError(`${text} is no date`);
  return date;
}
