import { ConfigException } from '@millrace/api';

/** One login module of a JAAS entry. */
export interface LoginModule {
  readonly className: string;
  readonly flag: string;
  readonly options: Readonly<Record<string, string>>;
}

/**
 * The login modules of one entry of a JAAS file, in order.
 * @param where names the file in errors
 * @throws ConfigException if the text is no JAAS configuration or has no such entry.
 */
export function parseJaasEntry(text: string, entry: string, where: string): LoginModule[] {
  const tokens = new Tokens(text, where);
  let found: LoginModule[] | null = null;
  while (!tokens.atEnd) {
    const name = tokens.next();
    tokens.expect('{');
    const modules: LoginModule[] = [];
    while (tokens.peek() !== '}') modules.push(loginModule(tokens));
    tokens.expect('}');
    tokens.expect(';');
    if (name === entry) found ??= modules;
  }
  if (found === null) throw new ConfigException(`${where} has no entry ${entry} { ... };`);
  return found;
}

function loginModule(tokens: Tokens): LoginModule {
  const className = tokens.next();
  const flag = tokens.next().toLowerCase();
  const options: Record<string, string> = {};
  while (tokens.peek() !== ';') {
    const name = tokens.next();
    tokens.expect('=');
    options[name] = tokens.next();
  }
  tokens.expect(';');
  return { className, flag, options };
}

const notToken = /(?:\s|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const token = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{};=]|[^\s{};="']+/y;

/** Errors name lines and never what stands there: other login modules have passwords among their options. */
class Tokens {
  readonly #tokens: { readonly text: string; readonly line: number }[] = [];
  readonly #where: string;
  #position = 0;

  constructor(text: string, where: string) {
    this.#where = where;
    for (let position = 0; ; ) {
      position = end(notToken, text, position);
      if (position === text.length) return;
      const after = end(token, text, position);
      const line = text.slice(0, position).split('\n').length;
      if (after === position) throw this.#invalid(`the quote of line ${line} is not closed`);
      this.#tokens.push({ text: text.slice(position, after), line });
      position = after;
    }
  }

  get atEnd(): boolean {
    return this.#position === this.#tokens.length;
  }

  peek(): string {
    const found = this.#tokens[this.#position];
    if (found === undefined) throw this.#invalid('it ends too early');
    return found.text;
  }

  /** A name or a value, without its quotes. */
  next(): string {
    const text = this.peek();
    this.#position += 1;
    return /^["']/.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;
  }

  expect(wanted: string): void {
    if (this.next() === wanted) return;
    throw this.#invalid(`line ${this.#tokens[this.#position - 1]?.line} should have ${wanted} where it has something else`);
  }

  #invalid(reason: string): ConfigException {
    return new ConfigException(`${this.#where} is no JAAS configuration: ${reason}`);
  }
}

function end(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : position;
}
