import type { ConnectorContractOptions } from './contract-options.ts';
import { ContractViolation } from './contract-violation.ts';
import { casesOf, kindOf, runCase } from './run-contract.ts';

/** What the contract needs of a test runner; that of vitest fits as it is: `import { describe, it } from 'vitest'`. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: (context: TestContext) => Promise<void>, timeoutMs?: number) => unknown;
}

interface TestContext {
  /** Ends the test as skipped, for a reason. */
  skip(reason: string): void;
}

/**
 * Registers one test for each case of the contract. A case that does not apply is a test too, skipped with its reason; a last test fails when
 * the options name a case that there is not.
 */
export function describeConnectorContract(options: ConnectorContractOptions, { describe, it }: TestRunner): void {
  const kind = kindOf(options);
  const cases = casesOf(kind);
  const timeoutMs = (options.patienceMs ?? 5000) * 4;
  describe(`${options.class}: the contract of a ${kind} connector`, () => {
    for (const contractCase of cases) {
      it(
        `${contractCase.id}: ${contractCase.name}`,
        async (context) => {
          const { state, reason = '', error } = await runCase(contractCase, options);
          if (state === 'not applicable') context.skip(reason);
          if (state === 'failed' || state === 'blocked') {
            throw new ContractViolation(`${state === 'blocked' ? 'Cannot run: ' : ''}${reason}`, { cause: error });
          }
        },
        timeoutMs,
      );
    }
    it('notApplicable names cases of the contract only', async () => {
      const unknown = Object.keys(options.notApplicable ?? {}).filter((id) => !cases.some((contractCase) => contractCase.id === id));
      if (unknown.length > 0) throw new ContractViolation(`There are no cases ${unknown.join(', ')} for a ${kind}`);
    });
  });
}
