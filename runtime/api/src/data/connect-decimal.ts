import { DataException, NullPointerException } from '../errors/exceptions.ts';
import { BigDecimal } from './big-decimal.ts';
import { fromTwosComplement, twosComplement } from './decimal-bytes.ts';
import { DECIMAL_NAME } from './logical-type.ts';
import { SchemaBuilder } from './schema-builder.ts';
import type { Schema } from './schema.ts';

const scales = new WeakMap<Schema, number>();
let lastSchema: Schema | null = null;
let lastScale = 0;

/**
 * The logical type Decimal, as `org.apache.kafka.connect.data.Decimal`: a {@link BigDecimal} whose scale stands in the schema's parameter
 * `scale`, encoded as the big-endian two's complement of its unscaled value.
 */
export const ConnectDecimal = {
  LOGICAL_NAME: DECIMAL_NAME,

  /** @param scale digits after the point; may be negative */
  builder(scale: number): SchemaBuilder {
    return SchemaBuilder.bytes().name(DECIMAL_NAME).parameter('scale', String(scale)).version(1);
  },

  schema(scale: number): Schema {
    return ConnectDecimal.builder(scale).build();
  },

  /**
   * The scale that a schema gives. The schema's name is not looked at, as in Kafka.
   * @throws DataException if the parameter is missing or no integer.
   * @throws NullPointerException if the schema has no parameters at all.
   */
  scaleOf(schema: Schema): number {
    if (schema === lastSchema) return lastScale;
    let scale = scales.get(schema);
    if (scale === undefined) {
      scale = readScale(schema);
      scales.set(schema, scale);
    }
    lastSchema = schema;
    lastScale = scale;
    return scale;
  },

  /** Encodes a value. @throws DataException if its scale is not the schema's; see also {@link ConnectDecimal.scaleOf}. */
  fromLogical(schema: Schema, value: BigDecimal): Buffer {
    const scale = ConnectDecimal.scaleOf(schema);
    if (value.scale !== scale) {
      throw new DataException(
        `Decimal value has mismatching scale for given Decimal schema. Schema has scale ${scale}, value has scale ${value.scale}.`,
      );
    }
    return twosComplement(value.unscaled);
  },

  /** Decodes bytes. @throws NumberFormatException for no bytes at all; see also {@link ConnectDecimal.scaleOf}. */
  toLogical(schema: Schema, bytes: Uint8Array): BigDecimal {
    const scale = ConnectDecimal.scaleOf(schema);
    return new BigDecimal(fromTwosComplement(bytes), scale);
  },
};

function readScale(schema: Schema): number {
  if (schema.parameters === null) throw new NullPointerException(`Decimal schema ${schema} has no parameters, so its scale is unknown`);
  const text = schema.parameters.get('scale') ?? null;
  if (text === null) throw new DataException('Invalid Decimal schema: scale parameter not found.');
  const scale = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(scale >= -0x8000_0000 && scale <= 0x7fff_ffff)) throw new DataException(`Invalid scale parameter found in Decimal schema: ${text}`);
  return scale + 0;
}
