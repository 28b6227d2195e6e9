import type { Api } from '../api.ts';

export interface SyncGroupRequest {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  /** By the leader: what everybody is assigned. */
  readonly assignments: ReadonlyMap<string, Buffer>;
}

/** Gets what the member is assigned, as soon as the leader has said it. */
export const syncGroup: Api<SyncGroupRequest, { readonly errorCode: number; readonly assignment: Buffer }> = {
  key: 14,
  name: 'SyncGroup',
  minVersion: 2,
  maxVersion: 3,
  encode(writer, { groupId, generationId, memberId, assignments }, version) {
    writer.string(groupId).int32(generationId).string(memberId);
    if (version >= 3) writer.nullableString(null);
    writer.array([...assignments], ([assignee, assignment]) => writer.string(assignee).bytes(assignment));
  },
  decode(reader) {
    reader.int32();
    return { errorCode: reader.int16(), assignment: reader.bytes() };
  },
};
