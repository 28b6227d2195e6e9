import type { Subject } from './subject.ts';

/** One promise that a connector makes. */
export interface ContractCase {
  /** Names the case in reports and in `notApplicable`. */
  readonly id: string;
  /** The promise, as a sentence in the present. */
  readonly name: string;
  readonly kind: 'source' | 'sink' | 'both';
  /** Where to read more. */
  readonly readMore: string;
  /** Why the case says nothing of this connector, or null when it applies. */
  unless?(subject: Subject): Promise<string | null> | string | null;
  /** @throws ContractViolation or whatever the connector throws */
  run(subject: Subject): Promise<void>;
}

/** A page with an anchor of this kit's README. */
export function architecture(part: string): string {
  return `docs/architecture.md, ${part}`;
}
