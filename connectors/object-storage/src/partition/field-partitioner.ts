import { ConfigException, ConnectException, isStruct, type SinkRecord } from '@millrace/api';
import { fieldAt } from './field-path.ts';
import type { Partitioner } from './partitioner.ts';

/** Settings of a {@link FieldPartitioner}. */
export interface FieldPartitionerOptions {
  /** `partition.field.name`: fields of the value, dots lead into nested structs. At least one. */
  readonly fields: readonly string[];
  /** `directory.delim`. Default `/`. */
  readonly delimiter?: string;
}

/**
 * Directories by values of fields, `country=CH/paid=true`, as `io.confluent.connect.storage.partitioner.FieldPartitioner`: integers,
 * strings and booleans of a struct; null is written `country=null`.
 */
export class FieldPartitioner implements Partitioner {
  readonly isDeterministic = true;
  readonly #fields: readonly { readonly name: string; readonly path: readonly string[] }[];
  readonly #delimiter: string;

  /** @throws ConfigException without a field, or if a name has a blank part. */
  constructor(options: FieldPartitionerOptions) {
    const { fields, delimiter = '/' } = options;
    if (fields.length === 0) throw new ConfigException('partition.field.name must name at least one field');
    this.#fields = fields.map((name) => ({ name, path: pathOf(name) }));
    this.#delimiter = delimiter;
  }

  encode(record: SinkRecord): string {
    const { schema, value } = record.valueAndSchema;
    if (!isStruct(value)) {
      throw new ConnectException(
        `Fields ${this.#fields.map(({ name }) => name).join()} need a value with a schema, a struct; ` +
          'a converter that keeps schemas or another partitioner.class is the way out',
      );
    }
    let text = '';
    for (const { name, path } of this.#fields) {
      const part = `${name}=${textOf(name, fieldAt(schema, value, path).value)}`;
      text = text === '' ? part : `${text}${this.#delimiter}${part}`;
    }
    return text;
  }
}

function pathOf(name: string): readonly string[] {
  const path = name.split('.');
  if (path.some((part) => part.trim() === '')) {
    throw new ConfigException(`partition.field.name has a blank part in ${JSON.stringify(name)}: name each field on the way`);
  }
  return path;
}

function textOf(name: string, value: unknown): string {
  if (value === null || value === undefined) return 'null';
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return `${value}`;
    case 'number':
      if (Number.isInteger(value)) return `${value}`;
      break;
    default:
  }
  throw new ConnectException(`Field ${JSON.stringify(name)} cannot name a directory: only integers, strings and booleans can`);
}
