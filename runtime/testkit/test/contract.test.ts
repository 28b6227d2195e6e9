import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { casesOf, contractCases, describeConnectorContract, runContract, type CaseOutcome } from '../src/index.ts';
import { contractPackage, type Fault } from './broken/broken-package.ts';
import { connectorFaults, leftTimers } from './broken/connector-faults.ts';
import { GoodSink } from './broken/good-sink.ts';
import { GoodSource } from './broken/good-source.ts';
import { sinkFaults } from './broken/sink-faults.ts';
import { sourceFaults } from './broken/source-faults.ts';

function failures(outcomes: readonly CaseOutcome[]): string[] {
  return outcomes.filter(({ state }) => state === 'failed').map(({ id }) => id);
}

async function outcomesOf(kind: 'source' | 'sink', { connector, manifest }: Fault): Promise<CaseOutcome[]> {
  const { options, remove } = contractPackage(kind, connector, manifest);
  try {
    return await runContract(options);
  } finally {
    remove();
  }
}

for (const [kind, connector] of [
  ['source', GoodSource],
  ['sink', GoodSink],
] as const) {
  const { options, remove } = contractPackage(kind, connector);
  describeConnectorContract(options, { describe, it });
  afterAll(remove);
}

afterEach(() => {
  for (const timer of leftTimers.splice(0)) clearInterval(timer);
});

describe.each([
  ['source', [...connectorFaults, ...sourceFaults]],
  ['sink', sinkFaults],
] as const)('a broken %s', (kind, faults) => {
  it.each(faults.map((fault) => [fault.name, fault.breaks, fault] as const))(
    'that %s fails exactly the case %s',
    async (_name, breaks, fault) => {
      const outcomes = await outcomesOf(kind, fault);
      expect(failures(outcomes)).toEqual([breaks]);
      const reason = outcomes.find(({ id }) => id === breaks)?.reason;
      expect(reason).toContain(`Broken rule (${breaks}): ${contractCases.find(({ id }) => id === breaks)?.name}`);
      expect(reason).toContain('Read more: docs/architecture.md');
    },
    60_000,
  );
});

describe('the contract', () => {
  it('has a broken connector for every case', () => {
    const broken = [...connectorFaults, ...sourceFaults, ...sinkFaults].map(({ breaks }) => breaks);
    expect(contractCases.map(({ id }) => id).filter((id) => !broken.includes(id))).toEqual([]);
  });

  it('has ids of its own for its cases', () => {
    expect(new Set(contractCases.map(({ id }) => id)).size).toBe(contractCases.length);
    expect(casesOf('source').length + casesOf('sink').length).toBeGreaterThan(contractCases.length);
  });

  it('says of cases that cannot run because the code does not load that they are blocked', async () => {
    const outcomes = await outcomesOf('source', connectorFaults.find(({ breaks }) => breaks === 'manifest-export') as Fault);
    expect(outcomes.filter(({ state }) => state === 'blocked')).toHaveLength(casesOf('source').length - 1);
    expect(outcomes.find(({ state }) => state === 'blocked')?.reason).toContain('Missing');
  });

  it('counts what is declared not applicable, and wants a reason', async () => {
    const { options, remove } = contractPackage('source', GoodSource);
    const notApplicable = { 'source-memory': 'for this test', 'source-order': ' ' };
    const outcomes = await runContract({ ...options, notApplicable }).finally(remove);
    expect(outcomes.find(({ id }) => id === 'source-memory')).toEqual({
      id: 'source-memory',
      state: 'not applicable',
      reason: 'for this test',
    });
    expect(failures(outcomes)).toEqual(['source-order']);
  });
});
