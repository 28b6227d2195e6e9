import type { Terminal } from '../terminal.ts';

/** Signs in front of a finding. */
export interface Marks {
  readonly ok: string;
  readonly warn: string;
  readonly fail: string;
}

/** Coloured signs at a terminal, words anywhere else: a log or a screen reader has no use for signs. */
export function marks({ isInteractive, colors }: Terminal): Marks {
  if (!isInteractive) return { ok: '[OK]', warn: '[WARN]', fail: '[FAIL]' };
  return { ok: colors.green('✓'), warn: colors.yellow('⚠'), fail: colors.red('✗') };
}

/** The word of a state in its colour. */
export function stateText({ colors }: Terminal, state: string): string {
  if (state === 'RUNNING') return colors.green(state);
  if (state === 'FAILED') return colors.red(state);
  return state === 'PAUSED' || state === 'STOPPED' ? colors.yellow(state) : state;
}
