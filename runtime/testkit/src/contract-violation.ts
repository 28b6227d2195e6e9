/** A connector does not keep the contract. The message says what was seen; the runner adds the rule and where to read more. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
}

export function violated(message: string, cause?: unknown): ContractViolation {
  return new ContractViolation(message, cause === undefined ? undefined : { cause });
}

/** @throws ContractViolation unless the condition holds */
export function demand(condition: boolean, message: () => string): void {
  if (!condition) throw violated(message());
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
