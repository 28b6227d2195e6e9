import { readFile } from 'node:fs/promises';
import type { Connection } from '../client/http-request.ts';
import { ClientExit, CommandError } from '../exit-codes.ts';
import { closest } from '../output/closest.ts';
import type { GlobalOptions } from '../program/global-options.ts';
import { readContexts, type Context } from './context-file.ts';

type Env = Readonly<Record<string, string | undefined>>;

const defaultUrl = 'http://localhost:8083';

/**
 * The connection that the options ask for: `--url`, else `--context`, else `MILLRACE_URL`, else the current context, else localhost.
 * Single options win over those of the context.
 * @throws CommandError VALIDATION for an unknown context or a wrong address; ENVIRONMENT for a password or certificate that is not there.
 */
export async function openConnection(env: Env, options: GlobalOptions): Promise<Connection> {
  const context = await chosenContext(env, options);
  const user = options.user ?? context.user ?? null;
  const passwordFrom = options.passwordFrom ?? context.passwordFrom;
  const cacert = options.cacert ?? context.cacert;
  return {
    url: checkedUrl(context.url),
    user,
    password: user === null || passwordFrom === undefined ? null : await readPassword(env, passwordFrom),
    ca: cacert === undefined ? null : await readAs('The certificates', cacert),
    timeoutMs: options.timeout,
  };
}

/** @throws CommandError VALIDATION unless this is http(s)://host. */
export function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CommandError(ClientExit.VALIDATION, `${JSON.stringify(text)} is no address of a worker`, {
      suggestion: 'Write it as http://host:port',
    });
  }
  return text.replace(/\/+$/, '');
}

/** @throws CommandError VALIDATION unless this says where a password is. */
export function checkedReference(reference: string): string {
  if (/^(?:env|file):./.test(reference)) return reference;
  // The text may be the password itself, so it is not repeated.
  throw new CommandError(ClientExit.VALIDATION, '--password-from takes no password, only where it is', {
    suggestion: 'Write env:NAME or file:PATH',
  });
}

async function chosenContext(env: Env, options: GlobalOptions): Promise<Context> {
  if (options.url !== undefined) return { url: options.url };
  const fromEnv = env['MILLRACE_URL'];
  if (options.context === undefined && fromEnv) return { url: fromEnv };
  const { current, contexts } = await readContexts(env);
  const name = options.context ?? current;
  if (name === null) return { url: defaultUrl };
  const context = contexts[name];
  if (context !== undefined) return context;
  const near = closest(name, Object.keys(contexts));
  throw new CommandError(ClientExit.VALIDATION, `There is no context ${name}`, {
    suggestion: near === null ? `Make it with millrace config set-context ${name} --url URL` : `Did you mean ${near}?`,
  });
}

async function readPassword(env: Env, reference: string): Promise<string> {
  const checked = checkedReference(reference);
  const place = checked.slice(checked.indexOf(':') + 1);
  if (checked.startsWith('file:')) return (await readAs('The password', place)).replace(/\r?\n$/, '');
  const password = env[place];
  if (password !== undefined) return password;
  throw new CommandError(ClientExit.ENVIRONMENT, `The password is not there: the environment has no variable ${place}`);
}

async function readAs(what: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(ClientExit.ENVIRONMENT, `${what} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
