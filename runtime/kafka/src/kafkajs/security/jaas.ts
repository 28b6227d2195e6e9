import { ConfigException } from '@millrace/api';

/** What `sasl.jaas.config` says. */
export interface JaasLogin {
  /** Java class of the login module. */
  readonly moduleClass: string;
  readonly options: Readonly<Record<string, string>>;
}

const key = 'sasl.jaas.config';
const flags: readonly string[] = ['REQUIRED', 'REQUISITE', 'SUFFICIENT', 'OPTIONAL'];

/** A word, a text in quotes, or one character of another kind. */
interface Token {
  readonly kind: 'word' | 'other';
  readonly text: string;
}

/**
 * The one login of `sasl.jaas.config`, read as Kafka's `JaasConfig` reads it: a module, a control flag, options as `name=value` and a semicolon.
 * Values that are no plain word stand in quotes, with the escapes of Java.
 * @throws ConfigException, in which no value shows
 */
export function parseJaas(text: string): JaasLogin {
  const reader = new TokenReader(tokens(text));
  if (reader.isAtEnd) throw invalid('it does not contain any login modules');
  const moduleClass = reader.word('the class of a login module');
  const flag = reader.word('a control flag such as required');
  if (!flags.includes(flag.toUpperCase())) throw invalid(`its control flag must be one of ${flags.join(', ').toLowerCase()}`);
  const options: Record<string, string> = {};
  while (!reader.skips(';')) {
    if (reader.isAtEnd) throw invalid('it does not end with a semicolon');
    const name = reader.word('the name of an option');
    if (!reader.skips('=')) throw invalid(`option ${name} has no value`);
    options[name] = reader.word(`a value for option ${name}; put values that are no plain word in double quotes`);
  }
  if (!reader.isAtEnd) throw invalid('it contains more than one login module');
  return { moduleClass, options };
}

/** @returns the error for a configuration that cannot be used; `reason` must not have secrets */
export function invalid(reason: string): ConfigException {
  return new ConfigException(`Invalid value [hidden] for configuration ${key}: ${reason}`, {
    configKey: key,
    suggestion: 'Its format is: MODULE_CLASS required username="USER" password="PASSWORD";',
  });
}

class TokenReader {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#tokens.length;
  }

  word(what: string): string {
    const token = this.#tokens[this.#position];
    if (token?.kind !== 'word') throw invalid(`it lacks ${what}`);
    this.#position += 1;
    return token.text;
  }

  skips(text: string): boolean {
    const token = this.#tokens[this.#position];
    const isThere = token?.kind === 'other' && token.text === text;
    if (isThere) this.#position += 1;
    return isThere;
  }
}

// As Java's StreamTokenizer does with the settings of Kafka: what begins like a number is none of our words, `/` alone begins a comment, and
// a quote that its line does not close ends there.
const blank = /(?:[\0- ]+|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|\/[^\r\n]*)+/y;
const number = /-?(?:\d+\.?\d*|\.\d+)/y;
const word = /[A-Za-z_$\u00a0-\uffff][\w$.\u00a0-\uffff-]*/y;
const quoted = /(["'])((?:\\[\s\S]|(?!\1)[^\\\r\n])*)(?:\1|(?=[\r\n])|$)/y;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let position = 0; position < text.length; ) {
    const space = matchAt(blank, text, position);
    if (space !== null) {
      position += space[0].length;
      continue;
    }
    const [token, length] = tokenAt(text, position);
    found.push(token);
    position += length;
  }
  return found;
}

function tokenAt(text: string, position: number): [Token, number] {
  const inQuotes = matchAt(quoted, text, position);
  if (inQuotes !== null) return [{ kind: 'word', text: unescaped(inQuotes[2] ?? '') }, inQuotes[0].length];
  const digits = matchAt(number, text, position);
  if (digits !== null) return [{ kind: 'other', text: 'number' }, digits[0].length];
  const plain = matchAt(word, text, position);
  if (plain !== null) return [{ kind: 'word', text: plain[0] }, plain[0].length];
  return [{ kind: 'other', text: text.charAt(position) }, 1];
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

const escapes: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function unescaped(text: string): string {
  return text.replaceAll(/\\([0-3][0-7]{0,2}|[4-7][0-7]?|[\s\S])/g, (_whole, escape: string) =>
    /^[0-7]/.test(escape) ? String.fromCharCode(Number.parseInt(escape, 8)) : (escapes[escape] ?? escape),
  );
}
