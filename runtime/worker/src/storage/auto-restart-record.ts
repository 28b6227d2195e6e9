/** How often a connector was restarted because something of it had failed. */
export interface AutoRestartRecord {
  /** Restarts in a row, at least 1. */
  readonly count: number;
  /** When the last one was, in milliseconds since the epoch. */
  readonly lastRestartMs: number;
}
