import type { LineSplitter } from './line-splitter.ts';

/** Where the bytes of a source task come from. No two methods run at the same time. */
export interface LineInput {
  /** Reads more bytes into the splitter, without waiting for them to be written. Resolves whether there may be still more at hand. */
  read(lines: LineSplitter): Promise<boolean>;
  /** Waits, at most about a second, until there may be something to read or the signal fires. */
  wait(lines: LineSplitter, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
