import type { Api } from '../api.ts';

export type CoordinatorType = 'group' | 'transaction';

/** The broker that coordinates a group or a transactional id. */
export const findCoordinator: Api<
  { readonly type: CoordinatorType; readonly key: string },
  { readonly errorCode: number; readonly nodeId: number; readonly host: string; readonly port: number }
> = {
  key: 10,
  name: 'FindCoordinator',
  minVersion: 1,
  maxVersion: 2,
  encode(writer, { type, key }) {
    writer.string(key).int8(type === 'group' ? 0 : 1);
  },
  decode(reader) {
    reader.int32();
    const errorCode = reader.int16();
    reader.nullableString();
    return { errorCode, nodeId: reader.int32(), host: reader.string(), port: reader.int32() };
  },
};
