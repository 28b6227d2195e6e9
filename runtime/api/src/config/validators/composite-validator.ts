import type { Validator } from '../config-key.ts';

/** Several validators in turn; the first refusal counts. As `ConfigDef.CompositeValidator`. */
export class CompositeValidator implements Validator {
  readonly validators: readonly Validator[];

  /** Use {@link CompositeValidator.of}. */
  constructor(validators: readonly Validator[]) {
    this.validators = validators;
  }

  static of(...validators: readonly Validator[]): CompositeValidator {
    return new CompositeValidator(validators);
  }

  ensureValid(name: string, value: unknown): void {
    for (const validator of this.validators) validator.ensureValid(name, value);
  }

  toString(): string {
    return this.validators.map((validator) => validator.toString()).join(', ');
  }
}
