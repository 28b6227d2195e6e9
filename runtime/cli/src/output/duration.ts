import { InvalidArgumentError } from 'commander';

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration such as `500ms`, `60s`, `10m`, `1h`; a bare number is seconds. @throws InvalidArgumentError if it is none. */
export function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  if (match === null) throw new InvalidArgumentError('A duration is a number with a unit: 500ms, 60s, 10m or 1h.');
  return Number(match[1]) * (unitsMs[match[2] ?? 's'] ?? 1000);
}
