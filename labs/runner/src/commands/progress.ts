/** Where the lines of a command go. */
export interface LabTerminal {
  readonly write: (text: string) => void;
  /** May a line be drawn anew? */
  readonly isInteractive: boolean;
}

const REDRAW_MS = 1000;
/** A file or a pipe gets a line now and then instead. */
const PLAIN_MS = 10_000;

/** Shows what a long wait is for, and for how long it lasts already. Quiet about short ones. @returns what the work returns */
export async function withProgress<T>(terminal: LabTerminal, label: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  let isShown = false;
  const timer = setInterval(
    () => {
      const text = `  … ${label} (${Math.round((performance.now() - start) / 1000)} s)`;
      isShown = true;
      terminal.write(terminal.isInteractive ? `\r\u001B[K${text}` : `${text}\n`);
    },
    terminal.isInteractive ? REDRAW_MS : PLAIN_MS,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (isShown && terminal.isInteractive) terminal.write('\r\u001B[K');
  }
}
