import { doubleText } from '../../data/number-text.ts';
import { ConfigException } from '../../errors/exceptions.ts';
import type { Validator } from '../config-key.ts';
import { valueText } from '../value-text.ts';

/** How messages write the numbers: `1` or `1.0`. */
export type RangeKind = 'integer' | 'double';

/** A number within bounds, both of which are allowed; null is refused. As `ConfigDef.Range`. */
export class Range implements Validator {
  readonly min: number;
  readonly max: number | null;
  readonly #kind: RangeKind;

  /** Use {@link Range.atLeast} or {@link Range.between}. */
  constructor(min: number, max: number | null, kind: RangeKind) {
    this.min = min;
    this.max = max;
    this.#kind = kind;
  }

  static atLeast(min: number, kind: RangeKind = 'integer'): Range {
    return new Range(min, null, kind);
  }

  static between(min: number, max: number, kind: RangeKind = 'integer'): Range {
    return new Range(min, max, kind);
  }

  ensureValid(name: string, value: unknown): void {
    if (value === null || value === undefined) throw ConfigException.invalidValue(name, null, 'Value must be non-null');
    const number = Number(value);
    if (number < this.min) throw ConfigException.invalidValue(name, this.#text(value), `Value must be at least ${this.#text(this.min)}`);
    if (this.max !== null && number > this.max) {
      throw ConfigException.invalidValue(name, this.#text(value), `Value must be no more than ${this.#text(this.max)}`);
    }
  }

  toString(): string {
    const end = this.max === null ? '' : `,${this.#text(this.max)}`;
    return `[${this.#text(this.min)},...${end}]`;
  }

  #text(value: unknown): string {
    return this.#kind === 'double' && typeof value === 'number' ? doubleText(value) : valueText(value);
  }
}
