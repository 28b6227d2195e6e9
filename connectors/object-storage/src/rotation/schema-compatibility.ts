import { type Field, type Schema, SchemaProjector, SchemaProjectorException, type SchemaType } from '@millrace/api';

/** Values of `schema.compatibility`. FULL does what BACKWARD does, as in Confluent's sinks. */
export type SchemaCompatibility = 'NONE' | 'BACKWARD' | 'FORWARD' | 'FULL';

const promotions: readonly SchemaType[] = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64'];
const verdicts = new WeakMap<Schema, WeakMap<Schema, boolean>>();

/**
 * Whether a record's value needs another file than one with this schema, as `io.confluent.connect.storage.schema.StorageSchemaCompatibility`.
 * A schema change is decided by the records alone, so it leaves the division into files deterministic.
 *
 * @throws SchemaProjectorException in any mode but NONE if a schema is missing on one side, or has no version.
 */
export function needsOtherFile(mode: SchemaCompatibility, file: Schema | null, record: Schema | null): boolean {
  if (file === record && (mode === 'NONE' || file === null)) return false;
  if (mode === 'NONE') return true;
  if (file === null || record === null) {
    throw new SchemaProjectorException(`schema.compatibility=${mode}: a record ${record ? 'with' : 'without'} a schema among others`);
  }
  if (file.version === null || record.version === null) {
    throw new SchemaProjectorException(`schema.compatibility=${mode} needs schemas with a version, and ${record} has none; NONE does not`);
  }
  if (file === record) return false;
  if (mode === 'FORWARD' ? record.version < file.version : record.version > file.version) return true;
  return !fits(record, file);
}

/** The value in the schema of its file. @throws SchemaProjectorException or DataException if it does not fit. */
export function projected(mode: SchemaCompatibility, file: Schema | null, record: Schema | null, value: unknown): unknown {
  if (mode === 'NONE' || file === record || file === null || record === null) return value;
  return SchemaProjector.project(record, value, file);
}

function fits(record: Schema, file: Schema): boolean {
  let ofRecord = verdicts.get(record);
  if (ofRecord === undefined) verdicts.set(record, (ofRecord = new WeakMap()));
  let verdict = ofRecord.get(file);
  if (verdict === undefined) ofRecord.set(file, (verdict = computeFits(record, file)));
  return verdict;
}

function computeFits(record: Schema, file: Schema): boolean {
  if (record === file) return true;
  if (!typeFits(record.type, file.type) || record.name !== file.name || !parametersFit(record, file)) return false;
  if (record.optional && !file.optional && !file.hasDefault) return false;
  switch (file.type) {
    case 'struct':
      return file.fields.every((field) => fieldFits(record, field));
    case 'array':
      return innerFits(record.valueSchema, file.valueSchema);
    case 'map':
      return innerFits(record.keySchema, file.keySchema) && innerFits(record.valueSchema, file.valueSchema);
    default:
      return true;
  }
}

function typeFits(record: SchemaType, file: SchemaType): boolean {
  const from = promotions.indexOf(record);
  return record === file || (from >= 0 && promotions.indexOf(file) > from);
}

/** What converters keep of documentation, aliases and namespaces there does not count. */
function parametersFit(record: Schema, file: Schema): boolean {
  const left = significant(record);
  const right = significant(file);
  return left.length === right.length && left.every((entry, index) => entry === right[index]);
}

function significant({ parameters }: Schema): string[] {
  return [...(parameters ?? [])]
    .filter(([name]) => !/(?:^|\.)(?:doc|aliases|namespace)$/i.test(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

function fieldFits(record: Schema, { name, schema }: Field): boolean {
  const field = record.field(name);
  return field === null ? schema.optional || schema.hasDefault : fits(field.schema, schema);
}

function innerFits(record: Schema | null, file: Schema | null): boolean {
  return record === null || file === null ? record === file : fits(record, file);
}
