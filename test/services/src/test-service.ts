/** What can be done to a service, depending on who provides it. */
export type Capability = 'kill' | 'freeze' | 'restart' | 'logs';

/** Everything can be done to a process that we started. */
export const allCapabilities: ReadonlySet<Capability> = new Set(['kill', 'freeze', 'restart', 'logs']);

/** Something real that tests run against. Methods that its provider cannot offer throw an error that says so. */
export interface TestService {
  /** For messages, such as `kafka` or `broker 2`. */
  readonly name: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** Addresses by what listens there, such as `PLAINTEXT` or `rest`. They stay the same when it is restarted. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Ends it and removes what it stored. Fine to call twice. */
  stop(): Promise<void>;
  /** Ends it as a crash would (SIGKILL); what it stored stays for `restart`. */
  kill(): Promise<void>;
  /** Stops it from doing anything (SIGSTOP, a container is paused); connections stay open and the system still accepts new ones. */
  freeze(): void | Promise<void>;
  /** Lets it go on (SIGCONT). */
  thaw(): void | Promise<void>;
  /** Starts it again with what it had stored, after stopping it in order when it runs. Resolves when it is ready. */
  restart(): Promise<void>;
  /** Everything it has printed. */
  logs(): Promise<string>;
}

/** Applies one step to several services at once. */
export async function together<T>(services: readonly T[], step: (service: T) => Promise<void>): Promise<void> {
  await Promise.all(services.map(step));
}
