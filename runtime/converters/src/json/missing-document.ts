import { DataException, type Schema } from '@millrace/api';

/**
 * What an empty message is under a schema that the configuration gives. To Jackson it is no null but a missing node, of which Kafka's
 * lenient accessors make a zero, false, null or an empty list.
 * @throws DataException where Kafka insists on the kind of value, or always if strict.
 */
export function missingDocument(schema: Schema, isStrict: boolean): unknown {
  const refused = isStrict || schema.logical !== null;
  switch (refused ? null : schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'float32':
    case 'float64':
      return 0;
    case 'boolean':
      return false;
    case 'string':
    case 'bytes':
      return null;
    case 'array':
      return [];
    default:
      throw new DataException(`An empty message is no value of ${schema}`);
  }
}
