import type { Schema } from '@millrace/api';

/** Schemas that are kept; Kafka keeps 16, but a topic with more kinds of records must not compile for each of them. */
const maxSchemas = 256;

/**
 * What was computed from a schema. Consecutive records nearly always share a schema, so the last one is compared first; behind it is a
 * table that forgets the oldest schemas.
 */
export class SchemaCache<Program> {
  readonly #compile: (schema: Schema) => Program;
  readonly #programs = new Map<Schema, Program>();
  #lastSchema: Schema | null = null;
  #lastProgram: Program | null = null;

  constructor(compile: (schema: Schema) => Program) {
    this.#compile = compile;
  }

  get(schema: Schema): Program {
    if (schema === this.#lastSchema) return this.#lastProgram as Program;
    const program = this.#programs.has(schema) ? (this.#programs.get(schema) as Program) : this.#compiled(schema);
    this.#lastSchema = schema;
    this.#lastProgram = program;
    return program;
  }

  /** Forgets everything, because the configuration changed. */
  clear(): void {
    this.#programs.clear();
    this.#lastSchema = null;
    this.#lastProgram = null;
  }

  #compiled(schema: Schema): Program {
    const program = this.#compile(schema);
    if (this.#programs.size >= maxSchemas) {
      for (const oldest of this.#programs.keys()) {
        this.#programs.delete(oldest);
        break;
      }
    }
    this.#programs.set(schema, program);
    return program;
  }
}
