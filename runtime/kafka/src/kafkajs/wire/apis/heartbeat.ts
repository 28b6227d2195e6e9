import type { Api } from '../api.ts';

/** Says that a member is alive, and hears whether the group rebalances. */
export const heartbeat: Api<
  { readonly groupId: string; readonly generationId: number; readonly memberId: string },
  { readonly errorCode: number }
> = {
  key: 12,
  name: 'Heartbeat',
  minVersion: 2,
  maxVersion: 3,
  encode(writer, { groupId, generationId, memberId }, version) {
    writer.string(groupId).int32(generationId).string(memberId);
    if (version >= 3) writer.nullableString(null);
  },
  decode(reader) {
    reader.int32();
    return { errorCode: reader.int16() };
  },
};
