import type { Api } from '../api.ts';

/** Deletes groups that have no members. */
export const deleteGroups: Api<
  { readonly groups: readonly string[] },
  readonly { readonly groupId: string; readonly errorCode: number }[]
> = {
  key: 42,
  name: 'DeleteGroups',
  minVersion: 0,
  maxVersion: 1,
  encode(writer, { groups }) {
    writer.array(groups, (group) => writer.string(group));
  },
  decode(reader) {
    reader.int32();
    return reader.array(() => ({ groupId: reader.string(), errorCode: reader.int16() }));
  },
};
