import type { ContractCase } from './contract-case.ts';
import { contractCases } from './contract-cases.ts';
import type { ConnectorContractOptions } from './contract-options.ts';
import { ContractViolation, messageOf } from './contract-violation.ts';
import { Subject } from './subject.ts';

/** How a case ended. */
export interface CaseOutcome {
  readonly id: string;
  readonly state: 'passed' | 'failed' | 'not applicable' | 'blocked';
  /** What was seen, for a failure; why, for a case that does not apply or could not run. */
  readonly reason?: string;
  readonly error?: unknown;
}

/** Until the connector's code loads, nothing else can be said. */
const gate = 'manifest-export';

/** The cases of a kind of connector. */
export function casesOf(kind: 'source' | 'sink'): ContractCase[] {
  return contractCases.filter((contractCase) => contractCase.kind === 'both' || contractCase.kind === kind);
}

/** The kind that the options say. @throws ContractViolation unless it is exactly one */
export function kindOf(options: ConnectorContractOptions): 'source' | 'sink' {
  if ((options.source === undefined) === (options.sink === undefined)) {
    throw new ContractViolation('The options need either `source` or `sink`');
  }
  return options.source === undefined ? 'sink' : 'source';
}

/** Runs one case. Never rejects: what the connector does wrong is in the outcome. */
export async function runCase(contractCase: ContractCase, options: ConnectorContractOptions): Promise<CaseOutcome> {
  const { id } = contractCase;
  const declared = options.notApplicable?.[id];
  if (declared !== undefined) {
    if (declared.trim() !== '') return { id, state: 'not applicable', reason: declared };
    return failed(contractCase, new ContractViolation('It is declared not applicable without a reason'));
  }
  let subject: Subject;
  try {
    subject = await Subject.open(options);
  } catch (error) {
    return id === gate ? failed(contractCase, error) : { id, state: 'blocked', reason: messageOf(error), error };
  }
  try {
    if (id !== gate) await subject.plugin.load();
  } catch (error) {
    await subject.close();
    return { id, state: 'blocked', reason: messageOf(error), error };
  }
  try {
    const reason = (await contractCase.unless?.(subject)) ?? null;
    if (reason !== null) return { id, state: 'not applicable', reason };
    await contractCase.run(subject);
    return { id, state: 'passed' };
  } catch (error) {
    return failed(contractCase, error);
  } finally {
    await subject.close();
  }
}

function failed({ id, name, readMore }: ContractCase, error: unknown): CaseOutcome {
  const seen = error instanceof ContractViolation ? error.message : `${(error as Error).name}: ${messageOf(error)}`;
  return { id, state: 'failed', reason: `${seen}\nBroken rule (${id}): ${name}.\nRead more: ${readMore}`, error };
}

/** Runs every case that this kind of connector has, one after the other. */
export async function runContract(options: ConnectorContractOptions): Promise<CaseOutcome[]> {
  const outcomes: CaseOutcome[] = [];
  for (const contractCase of casesOf(kindOf(options))) outcomes.push(await runCase(contractCase, options));
  return outcomes;
}
