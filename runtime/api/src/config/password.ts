const brand = Symbol.for('millrace.api/Password');

/** A secret. Every text form of it is `[hidden]`; only {@link value} gives it away. */
export class Password {
  static readonly HIDDEN = '[hidden]';
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  get [brand](): true {
    return true;
  }

  value(): string {
    return this.#value;
  }

  equals(other: unknown): boolean {
    return isPassword(other) && other.value() === this.#value;
  }

  toString(): string {
    return Password.HIDDEN;
  }

  toJSON(): string {
    return Password.HIDDEN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return Password.HIDDEN;
  }
}

export function isPassword(value: unknown): value is Password {
  return typeof value === 'object' && value !== null && (value as { [brand]?: true })[brand] === true;
}
