import type { PlannedChange } from '../client/plan.ts';
import type { Terminal } from '../terminal.ts';
import type { Report } from './report.ts';

/** What a plan says: `+` creates, `~` changes, `=` leaves as it is. */
export function planReport(terminal: Terminal, changes: readonly PlannedChange[], closing: (report: Report['summary']) => string): Report {
  const number = (action: PlannedChange['action']): number => changes.filter((change) => change.action === action).length;
  const summary = { create: number('create'), update: number('update'), unchanged: number('unchanged') };
  return {
    summary,
    result: {
      connectors: changes.map(({ declaration, action, keys, state }) => ({
        name: declaration.name,
        source: declaration.source,
        action,
        keys,
        state,
      })),
    },
    names: changes.map(({ declaration }) => declaration.name),
    text: () => [...changes.map((change) => changeText(terminal, change)), closing(summary)].filter((line) => line !== '').join('\n'),
  };
}

function changeText({ colors }: Terminal, { declaration, action, keys, state }: PlannedChange): string {
  const { name, config } = declaration;
  if (action === 'unchanged') return `= ${name}   unchanged`;
  if (action === 'create') {
    const tasks = `tasks.max ${config['tasks.max'] ?? '1'}`;
    const to = declaration.state === null ? '' : `, ${declaration.state}`;
    return colors.green(`+ ${name}   ${config['connector.class'] ?? 'no connector.class'}, ${tasks}${to}`);
  }
  const lines = keys.map(({ key, from, to }) => `    ${key}: ${quoted(from)} -> ${quoted(to)}`);
  if (state !== null) lines.push(`    state: ${state.from} -> ${state.to}`);
  return [colors.yellow(`~ ${name}`), ...lines].join('\n');
}

function quoted(value: string | null): string {
  return value === null ? '(none)' : JSON.stringify(value);
}
