import type { ResolvedVariable } from '../config/config-transformer.ts';
import type { ConfigInfo, ConfigInfos } from './config-infos.ts';
import type { RawProps } from './validation-plugins.ts';

/** A value shorter than this is taken out of a text only where it is all of it: `1` or `on` would tear messages apart. */
const shortestInText = 4;

/** What stands for a secret that is written out in a configuration. */
const hiddenText = '[hidden]';

/** Invariant 5: puts references back where values of configuration providers would show, and hides passwords. */
export class Secrets {
  readonly #resolved: readonly ResolvedVariable[];
  readonly #passwords: readonly ResolvedVariable[];
  readonly #rawProps: RawProps;

  /**
   * @param rawProps the configuration as it was written
   * @param passwordKeys keys whose values are secrets, although they are written out
   */
  constructor(rawProps: RawProps, resolved: readonly ResolvedVariable[], passwordKeys: readonly string[] = []) {
    this.#rawProps = rawProps;
    this.#resolved = longestFirst(resolved);
    this.#passwords = longestFirst(
      passwordKeys.flatMap((key) => {
        const value = rawProps[key];
        if (value === undefined || value === null || value === '') return [];
        // A reference is no secret; what it stands for is among the resolved.
        return resolved.some(({ reference }) => value.includes(reference)) ? [] : [{ reference: hiddenText, value }];
      }),
    );
  }

  /** Every secret. */
  get values(): string[] {
    return [...this.#resolved, ...this.#passwords].map(({ value }) => value);
  }

  /** A text without secrets. */
  hide(text: string): string {
    return replaced(this.hideResolved(text), this.#passwords);
  }

  /** A text without values of configuration providers. */
  hideResolved(text: string): string {
    return replaced(text, this.#resolved);
  }

  /** An answer without secrets. */
  hideIn(infos: ConfigInfos, transformed: RawProps): ConfigInfos {
    if (this.#resolved.length + this.#passwords.length === 0) return infos;
    return { ...infos, configs: infos.configs.map((info) => this.#hideInKey(info, transformed)) };
  }

  /** Takes secrets out of an error that leaves the validation. */
  hideInError(error: unknown): unknown {
    if (this.#resolved.length + this.#passwords.length === 0 || !(error instanceof Error)) return error;
    error.message = this.hide(error.message);
    if (error.stack !== undefined) error.stack = this.hide(error.stack);
    return error;
  }

  #hideInKey({ definition, value }: ConfigInfo, transformed: RawProps): ConfigInfo {
    const raw = this.#rawProps[value.name];
    const wasResolved = typeof raw === 'string' && raw !== transformed[value.name];
    const shown = wasResolved && value.value !== null && value.value !== hiddenText ? raw : value.value;
    // A short secret is certain to be meant in a message about its own key.
    const text = transformed[value.name];
    const errors = value.errors.map((message) => this.hide(wasResolved && text ? message.replaceAll(text, () => raw) : message));
    return {
      definition,
      value: {
        ...value,
        value: shown === null ? null : this.hideResolved(shown),
        recommended_values: value.recommended_values.map((item) => this.hide(item)),
        errors,
      },
    };
  }
}

/** One value may be a part of another. */
function longestFirst(variables: readonly ResolvedVariable[]): ResolvedVariable[] {
  return [...variables].sort((left, right) => right.value.length - left.value.length);
}

function replaced(text: string, secrets: readonly ResolvedVariable[]): string {
  let hidden = text;
  for (const { reference, value } of secrets) {
    if (hidden === value) hidden = reference;
    else if (value.length >= shortestInText) hidden = hidden.replaceAll(value, () => reference);
  }
  return hidden;
}
