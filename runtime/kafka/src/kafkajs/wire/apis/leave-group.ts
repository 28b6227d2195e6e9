import type { Api } from '../api.ts';

/** Leaves a group. */
export const leaveGroup: Api<{ readonly groupId: string; readonly memberId: string }, { readonly errorCode: number }> = {
  key: 13,
  name: 'LeaveGroup',
  minVersion: 2,
  maxVersion: 2,
  encode(writer, { groupId, memberId }) {
    writer.string(groupId).string(memberId);
  },
  decode(reader) {
    reader.int32();
    return { errorCode: reader.int16() };
  },
};
