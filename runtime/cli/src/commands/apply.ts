import { awaitState } from '../client/await-state.ts';
import type { ConnectClient } from '../client/connect-client.ts';
import { plan, type PlannedChange } from '../client/plan.ts';
import { validateDeclarations } from '../client/validate-declarations.ts';
import { ClientExit } from '../exit-codes.ts';
import type { DeclaredState } from '../files/declaration.ts';
import { readDeclarations } from '../files/read-declarations.ts';
import { planReport } from '../output/plan-report.ts';
import type { Report } from '../output/report.ts';
import type { VerbContext } from '../output/run-verb.ts';
import { hasErrors, validationReport } from '../output/validation-report.ts';
import { liveValidator } from './validate.ts';

export interface ApplyOptions {
  readonly file: string;
  /** Show what would change, nothing else. */
  readonly plan?: boolean;
  /** As plan, after the worker has validated everything. */
  readonly dryRun?: boolean;
  /** Milliseconds to wait until the connectors are in their states. */
  readonly wait?: number;
}

const verbs: Readonly<Record<DeclaredState, 'resume' | 'pause' | 'stop'>> = { RUNNING: 'resume', PAUSED: 'pause', STOPPED: 'stop' };

/** `millrace apply -f FILE`: makes connectors as declared. Nothing is changed unless the worker finds all of them valid. */
export async function apply(context: VerbContext, options: ApplyOptions): Promise<Report> {
  const { terminal } = context;
  const declarations = await readDeclarations(terminal, options.file);
  const client = await context.client();
  if (options.plan !== true) {
    const validated = await validateDeclarations(liveValidator(client), declarations);
    if (validated.some(hasErrors)) return validationReport(terminal, validated);
  }
  const changes = await plan(client, declarations);
  if (options.plan === true || options.dryRun === true) {
    return planReport(
      terminal,
      changes,
      (summary) =>
        `Plan: ${summary['create']} to create, ${summary['update']} to change, ${summary['unchanged']} unchanged. Apply with: millrace apply -f ${options.file}`,
    );
  }
  for (const change of changes) await carryOut(client, change);
  if (options.wait !== undefined) await awaitAll(context, changes, options.wait);
  return planReport(terminal, changes, (summary) => `Applied: ${counts(summary)}.`);
}

/** `millrace diff -f FILE`: what `apply` would change; ends with 1 if there is something. */
export async function diff(context: VerbContext, options: { readonly file: string }): Promise<Report> {
  const declarations = await readDeclarations(context.terminal, options.file);
  const changes = await plan(await context.client(), declarations);
  const report = planReport(context.terminal, changes, () => '');
  const different = changes.filter(({ action }) => action !== 'unchanged').length;
  if (different === 0) return report;
  const message = `${different} of ${changes.length} connectors ${different === 1 ? 'differs' : 'differ'}`;
  return { ...report, problem: { exitCode: ClientExit.RUNTIME, message } };
}

async function carryOut(client: ConnectClient, { declaration, action, keys, state }: PlannedChange): Promise<void> {
  const { name, config } = declaration;
  if (action === 'create') await client.create(name, config, declaration.state);
  if (keys.length > 0) await client.putConfig(name, config);
  if (state !== null) await client.changeState(name, verbs[state.to]);
}

/** Waits for those whose state is declared, and for new ones to run. */
async function awaitAll(context: VerbContext, changes: readonly PlannedChange[], waitMs: number): Promise<void> {
  const client = await context.client();
  const onProgress = (line: string): void => context.terminal.err(line);
  const deadline = performance.now() + waitMs;
  for (const { declaration, action } of changes) {
    const state = declaration.state ?? (action === 'create' ? 'RUNNING' : null);
    if (state !== null) {
      await awaitState(client, declaration.name, state, { timeoutMs: Math.max(0, deadline - performance.now()), onProgress });
    }
  }
}

function counts(summary: Report['summary']): string {
  return `${summary['create']} created, ${summary['update']} changed, ${summary['unchanged']} unchanged`;
}
