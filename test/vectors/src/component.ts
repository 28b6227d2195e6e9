/** One line of a vector file. Exactly one of `output` and `error` is there; see the README of the vectors for the encoding. */
export interface VectorCase {
  readonly id: string;
  readonly component: string;
  readonly config: unknown;
  readonly input: unknown;
  readonly output?: unknown;
  readonly error?: VectorError;
}

export interface VectorError {
  readonly class: string;
  readonly message: string | null;
  /** The text comes from the JVM or from a third-party parser. */
  readonly loose?: boolean;
  readonly phase?: string;
}

/** Runs one case and returns its output, or a promise of it, in the encoding of the vectors; throws where Java throws. */
export type Component = (testCase: VectorCase) => unknown;

/** Components by the name that stands in the vectors. */
export type Components = Readonly<Record<string, Component>>;

/** Thrown by a component for a case whose subject is not built yet. */
export class NotYet extends Error {}
