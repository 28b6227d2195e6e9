/** Levels of log lines and loggers, least first, as Log4j names and orders them. */
export const levelNumbers = { ALL: 0, TRACE: 10, DEBUG: 20, INFO: 30, WARN: 40, ERROR: 50, FATAL: 60, OFF: 100 } as const;

export type LevelName = keyof typeof levelNumbers;

/** The level of this name, in whatever case; null if there is none. */
export function levelOf(text: string): LevelName | null {
  const name = text.trim().toUpperCase();
  return Object.hasOwn(levelNumbers, name) ? (name as LevelName) : null;
}
