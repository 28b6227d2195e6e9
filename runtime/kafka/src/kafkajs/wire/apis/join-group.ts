import type { Api } from '../api.ts';

export interface JoinGroupRequest {
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  /** Empty: not a member yet. */
  readonly memberId: string;
  readonly protocolType: string;
  readonly protocols: readonly { readonly name: string; readonly metadata: Buffer }[];
}

export interface JoinGroupResponse {
  readonly errorCode: number;
  readonly generationId: number;
  readonly protocol: string;
  readonly leaderId: string;
  readonly memberId: string;
  /** Everybody, on the leader; else empty. */
  readonly members: readonly { readonly memberId: string; readonly metadata: Buffer }[];
}

/** Joins a group, and waits until all members have. */
export const joinGroup: Api<JoinGroupRequest, JoinGroupResponse> = {
  key: 11,
  name: 'JoinGroup',
  minVersion: 4,
  maxVersion: 5,
  encode(writer, { groupId, sessionTimeoutMs, rebalanceTimeoutMs, memberId, protocolType, protocols }, version) {
    writer.string(groupId).int32(sessionTimeoutMs).int32(rebalanceTimeoutMs).string(memberId);
    if (version >= 5) writer.nullableString(null);
    writer.string(protocolType).array(protocols, ({ name, metadata }) => writer.string(name).bytes(metadata));
  },
  decode(reader, version) {
    reader.int32();
    return {
      errorCode: reader.int16(),
      generationId: reader.int32(),
      protocol: reader.string(),
      leaderId: reader.string(),
      memberId: reader.string(),
      members: reader.array(() => {
        const memberId = reader.string();
        if (version >= 5) reader.nullableString();
        return { memberId, metadata: reader.bytes() };
      }),
    };
  },
};
