import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { labNames, labTable, readLab, UnknownLabError } from './commands/lab-catalog.ts';
import { type LabTerminal, withProgress } from './commands/progress.ts';
import { runByHand } from './commands/run-by-hand.ts';
import { runLab } from './commands/run-lab.ts';
import { verifyLab } from './commands/verify-lab.ts';
import { LabFormatError } from './format/format-error.ts';
import { type Lab, type ProfileName, profileNames, runnableProfiles } from './format/lab.ts';
import { LabSession } from './play/lab-session.ts';
import { MissingServiceError } from './services/lab-services.ts';
import { localServices } from './services/local-services.ts';

const USAGE = `pnpm lab list                     all labs
pnpm lab run NAME                 starts what the lab needs and goes through it step by step
pnpm lab run NAME --by-hand       starts what the lab needs; you type the commands in another terminal
pnpm lab verify [NAME...]         carries out labs, or all, and compares every output with the README

  --profile local                 where Kafka and the rest come from: servers on this machine
  --root FOLDER                   where labs/, connectors/ and runtime/ are. Default: this repository

Exit codes: 0 as the README says, 1 not so, 2 wrong usage or a README that is no lab, 3 this machine lacks something, 130 interrupted.
`;

/** A command line that makes no sense, said in one line. */
class UsageError extends Error {}

/** Somebody pressed Ctrl-C. */
class InterruptedError extends Error {}

const terminal: LabTerminal = {
  write: (text) => void process.stdout.write(text),
  isInteractive: process.stdout.isTTY,
};

interface Command {
  readonly root: string;
  readonly profile: ProfileName;
  readonly isByHand: boolean;
  readonly signal: AbortSignal;
}

/** Runs a command. @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [verb, ...names] = positionals;
  if (values.help === true) {
    terminal.write(USAGE);
    return 0;
  }
  const root = values.root ?? fileURLToPath(new URL('../../../', import.meta.url));
  if (verb === 'list') return list(root);
  if (verb !== 'run' && verb !== 'verify') throw new UsageError(`there is no command ${verb ?? '(none given)'}`);
  if (verb === 'run' && names.length !== 1) throw new UsageError(`run takes the name of one lab, got ${names.length}`);
  const profile = profileOf(values.profile ?? 'local');
  // All READMEs are read before the first server starts.
  const labs = (names.length === 0 ? labNames(root) : names).map((name) => readLab(root, name));
  const command = { root, profile, isByHand: values['by-hand'] === true, signal: interruption() };
  let code = 0;
  for (const lab of labs) code = Math.max(code, await (verb === 'run' ? run(lab, command) : verify(lab, command)));
  return code;
}

function list(root: string): number {
  terminal.write(`${labTable(labNames(root).map((name) => readLab(root, name)))}\n`);
  return 0;
}

async function verify(lab: Lab, command: Command): Promise<number> {
  const start = performance.now();
  const { stepCount, problems } = await inSession(lab, command, (session) =>
    verifyLab({ lab, session, profile: command.profile, terminal }),
  );
  const seconds = Math.round((performance.now() - start) / 1000);
  for (const problem of problems) terminal.write(`${problem}\n`);
  const { name } = lab.facts;
  terminal.write(
    problems.length === 0 ? `${name}: all ${stepCount} steps as the README says, ${seconds} s\n` : `${name}: FAILED, ${seconds} s\n`,
  );
  return problems.length === 0 ? 0 : 1;
}

async function run(lab: Lab, command: Command): Promise<number> {
  await inSession(lab, command, (session) => {
    const options = { lab, session, profile: command.profile, terminal, input: process.stdin, signal: command.signal };
    return command.isByHand ? runByHand(options) : runLab(options);
  });
  terminal.write('cleaned up\n');
  return 0;
}

/** Opens a lab, works in it, and closes it whatever happens. */
async function inSession<T>(lab: Lab, { root, signal }: Command, work: (session: LabSession) => Promise<T>): Promise<T> {
  terminal.write(`${lab.facts.name}: ${lab.title} (${lab.facts.time})\n`);
  const report = (label: string): void => terminal.write(`  starting ${label}\n`);
  const session = await withProgress(terminal, 'starting', () => LabSession.open({ lab, root, starters: localServices, signal, report }));
  // Nothing else keeps this process while it waits for what a shell does not do.
  const hold = setInterval(() => undefined, 60_000);
  try {
    return await work(session);
  } finally {
    await session.close();
    clearInterval(hold);
  }
}

function profileOf(text: string): ProfileName {
  if (!profileNames.includes(text as ProfileName)) {
    throw new UsageError(`there is no profile ${text}; a lab can have ${profileNames.join(', ')}`);
  }
  const profile = text as ProfileName;
  if (runnableProfiles.includes(profile)) return profile;
  throw new UsageError(
    `the profile ${profile} is not run by this command, only ${runnableProfiles.join(', ')}, which has the same real servers as processes of this machine`,
  );
}

/** Aborted at the first Ctrl-C, so that everything ends in order; at the second the process ends, and with it all that it started. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      terminal.write('\ncleaning up …\n');
      controller.abort(new InterruptedError('interrupted'));
    });
  }
  return controller.signal;
}

function parse(args: readonly string[]): ReturnType<typeof parseLabArgs> {
  try {
    return parseLabArgs(args);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseLabArgs(args: readonly string[]) {
  const options = {
    profile: { type: 'string' },
    root: { type: 'string' },
    'by-hand': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  return parseArgs({ args: [...args], options, allowPositionals: true });
}

function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return 130;
  if (error instanceof MissingServiceError) return 3;
  return error instanceof UsageError || error instanceof LabFormatError || error instanceof UnknownLabError ? 2 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = exitCodeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (process.exitCode !== 130) process.stderr.write(`lab: ${text}\n${error instanceof UsageError ? `\n${USAGE}` : ''}`);
}
