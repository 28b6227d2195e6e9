/** What validation found about one key, as REST clients see it. */
export interface ConfigValue {
  readonly name: string;
  /** The parsed value; null when it cannot be parsed or is not given. */
  value: unknown;
  recommendedValues: unknown[];
  /** One message a problem; empty when the value is fine. */
  readonly errorMessages: string[];
  visible: boolean;
}

/** What validation found about a whole configuration. */
export interface Config {
  readonly configValues: ConfigValue[];
}
