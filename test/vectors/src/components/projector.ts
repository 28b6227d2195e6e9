import { SchemaProjector, type Schema } from '@millrace/api';
import { decodeSchema, decodeValue, encodeValue } from '../codec.ts';
import type { Components, VectorCase } from '../component.ts';

export const projector: Components = {
  'SchemaProjector.project': ({ config, input }: VectorCase) => {
    const schemas = config as { source: unknown; target: unknown };
    const source = decodeSchema(schemas.source);
    const target = decodeSchema(schemas.target);
    return encodeValue(SchemaProjector.project(source as Schema, decodeValue(input, source), target as Schema), target);
  },
};
