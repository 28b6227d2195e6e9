import type { TopicPartition } from '@millrace/api';
import { CommitFailedException } from '../../errors.ts';
import type { OffsetAndMetadata, Offsets } from '../../port.ts';
import { offsetCommit } from '../wire/apis/offset-commit.ts';
import { offsetFetch } from '../wire/apis/offset-fetch.ts';
import { brokerError } from '../wire/broker-errors.ts';
import { ErrorCode, errorKind } from '../wire/error-codes.ts';
import type { Coordinator } from './coordinator.ts';

/** Who commits: a member in its generation, or nobody in particular for a group without members. */
export interface Committer {
  readonly generationId: number;
  readonly memberId: string;
}

export const nobody: Committer = { generationId: -1, memberId: '' };

const passingCommitCodes: ReadonlySet<number> = new Set([ErrorCode.REQUEST_TIMED_OUT]);
const passingFetchCodes: ReadonlySet<number> = new Set([ErrorCode.UNSTABLE_OFFSET_COMMIT]);
const outdatedCodes: ReadonlySet<number> = new Set([ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.ILLEGAL_GENERATION]);

export interface GroupOffsetsOptions {
  readonly groupId: string;
  /** How long a passing failure is borne, in milliseconds. */
  readonly timeoutMs: number;
}

/** The committed offsets of a group, at its coordinator. */
export class BrokerGroupOffsets {
  readonly #coordinator: Coordinator;
  readonly #options: GroupOffsetsOptions;

  constructor(coordinator: Coordinator, options: GroupOffsetsOptions) {
    this.#coordinator = coordinator;
    this.#options = options;
  }

  /**
   * Commits for a member, or for a group without members.
   * @throws CommitFailedException, RebalanceInProgressException, UnknownMemberIdException if a group has members and nobody commits,
   *   UnknownTopicOrPartitionException after the offsets of all other partitions were committed
   */
  async commit({ generationId, memberId }: Committer, offsets: Offsets): Promise<void> {
    const { groupId, timeoutMs } = this.#options;
    const codes = await this.#coordinator.insist(
      offsetCommit,
      { groupId, generationId, memberId, offsets },
      { codesOf: (answer) => [...answer.values()], retriable: passingCommitCodes, timeoutMs },
    );
    for (const [partition, code] of codes) {
      if (code === ErrorCode.NONE) continue;
      if (memberId !== '' && outdatedCodes.has(code)) throw outdated(groupId, code);
      throw brokerError(code, `Committing the offset of ${partition} for group ${groupId}`);
    }
  }

  /** Partitions without a committed offset are left out. Null: all that the group has. */
  async committed(partitions: readonly TopicPartition[] | null): Promise<Map<TopicPartition, OffsetAndMetadata>> {
    const { groupId, timeoutMs } = this.#options;
    const { errorCode, offsets, failures } = await this.#coordinator.insist(
      offsetFetch,
      { groupId, partitions },
      { codesOf: (answer) => [answer.errorCode, ...answer.failures.values()], retriable: passingFetchCodes, timeoutMs },
    );
    if (errorCode !== ErrorCode.NONE) throw brokerError(errorCode, `Reading the offsets of group ${groupId}`);
    for (const [partition, code] of failures) {
      if (errorKind(code).name !== 'UNKNOWN_TOPIC_OR_PARTITION') {
        throw brokerError(code, `Reading the offset of ${partition} of group ${groupId}`);
      }
    }
    return new Map(offsets);
  }
}

function outdated(groupId: string, code: number): CommitFailedException {
  return new CommitFailedException(
    `Offsets of group ${groupId} cannot be committed, because the group has given the partitions to other members; ` +
      'this happens when more than max.poll.interval.ms passes between two polls',
    { cause: brokerError(code, `OffsetCommit of group ${groupId}`) },
  );
}
