import { DataException } from '@millrace/api';
import { JsonConverter } from '@millrace/converters';

/** Bytes of the internal topics are JSON without schemas, as Kafka Connect's own converter writes it. */
const converter = new JsonConverter();
converter.configure({ 'schemas.enable': 'false' }, false);

export function jsonBytes(value: unknown): Buffer {
  return converter.fromConnectData('', null, value) ?? Buffer.from('null');
}

/** @returns null also for a tombstone @throws DataException if it is no JSON */
export function jsonValue(bytes: Buffer | null): unknown {
  return converter.toConnectData('', bytes).value;
}

/** Fields of a JSON object. @throws DataException naming the subject if it is none */
export function jsonFields(bytes: Buffer, subject: string): ReadonlyMap<string, unknown> {
  const value = jsonValue(bytes);
  const fields = asMap(value);
  if (fields === null) throw new DataException(`${subject} should be a JSON object, not ${JSON.stringify(value)}`);
  return fields;
}

/** The entries of a JSON object, null for anything else. */
export function asMap(value: unknown): ReadonlyMap<string, unknown> | null {
  if (value instanceof Map) return value as ReadonlyMap<string, unknown>;
  const isObject = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isObject ? new Map(Object.entries(value)) : null;
}
