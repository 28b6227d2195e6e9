import { definitionCases } from './cases/definition-cases.ts';
import { lifecycleCases } from './cases/lifecycle-cases.ts';
import { memoryCases } from './cases/memory-cases.ts';
import { outageCases } from './cases/outage-cases.ts';
import { packageCases } from './cases/package-cases.ts';
import { secretCases } from './cases/secret-cases.ts';
import { sinkCases } from './cases/sink-cases.ts';
import { sourceCases } from './cases/source-cases.ts';
import { workerCases } from './cases/worker-cases.ts';
import type { ContractCase } from './contract-case.ts';

/** The whole contract, in the order in which it is checked. */
export const contractCases: readonly ContractCase[] = [
  ...packageCases,
  ...definitionCases,
  ...lifecycleCases,
  ...secretCases,
  ...sourceCases,
  ...sinkCases,
  ...outageCases,
  ...workerCases,
  ...memoryCases,
];

/** The contract as a table for a README. */
export function contractTable(): string {
  const rows = contractCases.map(({ id, kind, name }) => `| \`${id}\` | ${kind === 'both' ? 'source, sink' : kind} | ${name} |`);
  return ['| case | of | what is promised |', '| --- | --- | --- |', ...rows].join('\n');
}
