import { CaseInsensitiveValidString, ConfigDef, type Parsed } from '@millrace/api';
import { converterConfigDef } from '../converter-config.ts';

/** Kafka's definition of JsonConverter's keys. */
export const CONFIG = converterConfigDef()
  .define('schemas.enable', {
    type: 'boolean',
    default: true,
    importance: 'high',
    doc: 'Whether each message carries its schema: {"schema": ..., "payload": ...}. If not, the message is the bare value.',
    group: 'Schemas',
    orderInGroup: 0,
    width: 'medium',
    displayName: 'Enable Schemas',
  })
  .define('schemas.cache.size', {
    type: 'int',
    default: 1000,
    importance: 'high',
    doc: 'Schemas that the converter remembers, so that it need not parse them again.',
    group: 'Schemas',
    orderInGroup: 1,
    width: 'medium',
    displayName: 'Schema Cache Size',
  })
  .define('schema.content', {
    type: 'string',
    default: null,
    importance: 'high',
    doc: 'Schema of every message, in the form that otherwise stands under "schema" (KIP-1054). Messages are then bare values. For reading only, and only with schemas.enable.',
    group: 'Schemas',
    orderInGroup: 2,
    width: 'medium',
    displayName: 'Schema Content',
  })
  .define('decimal.format', {
    type: 'string',
    default: 'BASE64',
    validator: CaseInsensitiveValidString.in('NUMERIC', 'BASE64'),
    importance: 'low',
    doc: 'How decimals are written: BASE64 for the bytes of the unscaled value, NUMERIC for a JSON number. Both are read.',
    group: 'Serialization',
    orderInGroup: 0,
    width: 'medium',
    displayName: 'Decimal Format',
  })
  .define('replace.null.with.default', {
    type: 'boolean',
    default: true,
    importance: 'low',
    doc: 'Whether a null in a field with a default becomes the default, in both directions (KIP-581).',
    group: 'Serialization',
    orderInGroup: 1,
    width: 'medium',
    displayName: 'Replace null with default',
  });

/** What Millrace adds. Kept apart, so that clients see Kafka's definition. */
export const OWN_CONFIG = new ConfigDef().define('strict', {
  type: 'boolean',
  default: false,
  importance: 'medium',
  doc: 'Whether a message that Kafka would change silently is refused: a text for a number (Kafka reads 0), a number that does not fit (Kafka wraps it), text behind the document (Kafka drops it).',
});

/** Parsed configuration of a JsonConverter. */
export type JsonConverterConfig = Parsed<typeof CONFIG> & Parsed<typeof OWN_CONFIG>;
