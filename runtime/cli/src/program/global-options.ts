import { Option, type Command } from 'commander';
import { durationMs } from '../output/duration.ts';

export type OutputFormat = 'table' | 'wide' | 'json' | 'yaml' | 'name';

/** Options that every verb takes, before or after its name. */
export interface GlobalOptions {
  readonly context?: string;
  readonly url?: string;
  readonly user?: string;
  /** `env:NAME` or `file:PATH`. */
  readonly passwordFrom?: string;
  readonly cacert?: string;
  readonly output: OutputFormat;
  readonly quiet?: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  readonly yes?: boolean;
}

/** Gives the program its global options. */
export function addGlobalOptions(program: Command): Command {
  const groups: Readonly<Record<string, readonly Option[]>> = {
    'Worker to talk to:': [
      new Option('--context <name>', 'context to use in place of the current one'),
      new Option('--url <url>', 'address of the REST API (default: context, MILLRACE_URL, http://localhost:8083)'),
      new Option('--user <name>', 'user, for basic authentication'),
      new Option('--password-from <reference>', 'where the password is: env:NAME or file:PATH'),
      new Option('--cacert <file>', 'certificates, PEM, that vouch for the worker'),
      new Option('--timeout <duration>', 'longest wait for one answer').argParser(durationMs).default(30_000, '30s'),
    ],
    'Output:': [
      new Option('-o, --output <format>', 'form of the answer').choices(['table', 'wide', 'json', 'yaml', 'name']).default('table'),
      new Option('-q, --quiet', 'print nothing but errors and what was asked for by -o'),
      new Option('--no-color', 'no colour (as NO_COLOR=1)'),
      new Option('-y, --yes', 'do not ask before something is deleted'),
    ],
  };
  for (const [group, options] of Object.entries(groups)) {
    for (const option of options) program.addOption(option.helpGroup(group));
  }
  return program;
}
