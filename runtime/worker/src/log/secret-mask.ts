/** What stands in the place of a secret, as in Kafka's configurations. */
export const hiddenText = '[hidden]';

const secretKey =
  /passw(?:or)?d|passphrase|secret|credential|(?:^|[._-])(?:token|jaas)(?:$|[._-])|(?:api|access|private|account|encryption)[._-]?key|jaas[._]config|connection[._-]?string/i;
const userInfo = /(:\/\/[^\s/:@]*:)[^\s/@]+@/g;
const assigned =
  /((?:passw(?:or)?d|passphrase|secret|(?:api|access|private|account)[._-]?key)["']?\s*(?:=|(?<=["']\s*):)\s*)(?:"[^"]*"|'[^']*'|[^\s"',;&})\]]+)/gi;
const authorization = /\b(Bearer|Basic) [A-Za-z0-9+/._~-]{8,}=*/g;
/** Values of secret keys that say nothing, or would tear lines apart. */
const harmless = /^(?:true|false|null|none|\$\{[^}]*\}|\d{1,3}|.{0,3})$/is;

/** Whether a configuration key or a field of this name holds a secret. */
export function isSecretKey(key: string): boolean {
  return secretKey.test(key);
}

/** Invariant 5: takes secrets out of log lines, by what they look like and by what they are. */
export class SecretMask {
  readonly #values = new Set<string>();
  #longestFirst: readonly string[] = [];

  /** Secrets to hide from now on, wherever they show. */
  add(secrets: Iterable<string>): void {
    const before = this.#values.size;
    for (const secret of secrets) {
      if (!harmless.test(secret)) this.#values.add(secret);
    }
    if (this.#values.size === before) return;
    this.#longestFirst = [...this.#values].sort((left, right) => right.length - left.length);
  }

  /** Adds what the secret keys of a configuration hold. */
  addConfig(config: Readonly<Record<string, string | null>>): void {
    this.add(Object.entries(config).flatMap(([key, value]) => (value !== null && isSecretKey(key) ? [value] : [])));
  }

  hide(text: string): string {
    let hidden = text;
    for (const secret of this.#longestFirst) {
      if (hidden.includes(secret)) hidden = hidden.replaceAll(secret, () => hiddenText);
    }
    return hidden.replace(userInfo, `$1${hiddenText}@`).replace(assigned, `$1${hiddenText}`).replace(authorization, `$1 ${hiddenText}`);
  }
}
