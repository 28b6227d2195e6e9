import { checkedReference, checkedUrl } from '../context/connection.ts';
import { readContexts, writeContexts, type Context } from '../context/context-file.ts';
import { ClientExit, CommandError } from '../exit-codes.ts';
import { closest } from '../output/closest.ts';
import type { Report } from '../output/report.ts';
import type { VerbContext } from '../output/run-verb.ts';
import { table } from '../output/table.ts';

/** `millrace config set-context NAME --url URL`: makes or changes a context. The first one becomes the current. */
export async function setContext({ terminal, options }: VerbContext, name: string): Promise<Report> {
  const known = await readContexts(terminal.env);
  const before = known.contexts[name];
  const url = options.url ?? before?.url;
  if (url === undefined) {
    throw new CommandError(ClientExit.VALIDATION, `The new context ${name} needs an address`, { suggestion: 'Add --url http://host:port' });
  }
  const context: Context = {
    ...before,
    url: checkedUrl(url),
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(options.passwordFrom === undefined ? {} : { passwordFrom: checkedReference(options.passwordFrom) }),
    ...(options.cacert === undefined ? {} : { cacert: options.cacert }),
  };
  const current = known.current ?? name;
  await writeContexts(terminal.env, { current, contexts: { ...known.contexts, [name]: context } });
  const done = before === undefined ? 'made' : 'changed';
  return {
    summary: { contexts: 1 },
    result: { name, ...context, current: current === name },
    names: [name],
    text: () => `Context ${name} ${done}: ${context.url}${current === name ? ' (current)' : ''}`,
  };
}

/** `millrace config use-context NAME`. */
export async function useContext({ terminal }: VerbContext, name: string): Promise<Report> {
  const known = await readContexts(terminal.env);
  const context = existing(known.contexts, name);
  await writeContexts(terminal.env, { ...known, current: name });
  return {
    summary: { contexts: 1 },
    result: { name, ...context, current: true },
    names: [name],
    text: () => `Using context ${name}: ${context.url}`,
  };
}

/** `millrace config delete-context NAME`. */
export async function deleteContext({ terminal }: VerbContext, name: string): Promise<Report> {
  const known = await readContexts(terminal.env);
  existing(known.contexts, name);
  const contexts = Object.fromEntries(Object.entries(known.contexts).filter(([other]) => other !== name));
  await writeContexts(terminal.env, { current: known.current === name ? null : known.current, contexts });
  return { summary: { contexts: 1 }, result: { name }, names: [name], text: () => `Context ${name} deleted` };
}

/** `millrace config get-contexts`. */
export async function getContexts({ terminal }: VerbContext): Promise<Report> {
  const { current, contexts } = await readContexts(terminal.env);
  const names = Object.keys(contexts).sort();
  return {
    summary: { contexts: names.length },
    result: { contexts: names.map((name) => ({ name, ...contexts[name], current: name === current })) },
    names,
    text: () =>
      table(
        ['CURRENT', 'NAME', 'URL', 'USER'],
        names.map((name) => [name === current ? '*' : '', name, contexts[name]?.url ?? '', contexts[name]?.user ?? '']),
      ),
  };
}

function existing(contexts: Readonly<Record<string, Context>>, name: string): Context {
  const context = contexts[name];
  if (context !== undefined) return context;
  const near = closest(name, Object.keys(contexts));
  throw new CommandError(ClientExit.VALIDATION, `There is no context ${name}`, {
    suggestion: near === null ? 'List those that are there with millrace config get-contexts' : `Did you mean ${near}?`,
  });
}
