import picocolors from 'picocolors';

/** Where a command writes. Tests put their own in place of the process. */
export interface Terminal {
  readonly isInteractive: boolean;
  readonly columns: number;
  out(text: string): void;
  err(text: string): void;
  readonly colors: ReturnType<typeof picocolors.createColors>;
}

/** The terminal of this process; colour only where somebody looks. */
export function processTerminal(): Terminal {
  const isInteractive = process.stdout.isTTY;
  const wantsColor = isInteractive && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb';
  return {
    isInteractive,
    columns: process.stdout.columns ?? 100,
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    colors: picocolors.createColors(wantsColor),
  };
}
