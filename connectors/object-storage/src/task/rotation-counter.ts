import type { NextRecord, RotationReason, RotationRule, RotationState } from '../rotation/rotation-rule.ts';

/** Counts what a topic partition wrote since its last rotation, and asks the rules. */
export class RotationCounter implements RotationState {
  recordCount = 0;
  byteCount = 0;
  firstTimestamp: number | null = null;
  lastPartition: string | null = null;
  firstWrittenAt: number | null = null;
  armedAt: number;
  readonly #rules: readonly RotationRule[];

  constructor(rules: readonly RotationRule[], now: number) {
    this.#rules = rules;
    this.armedAt = now;
  }

  /** Begins anew. */
  reset(now: number): void {
    this.recordCount = 0;
    this.byteCount = 0;
    this.firstTimestamp = null;
    this.lastPartition = null;
    this.firstWrittenAt = null;
    this.armedAt = now;
  }

  add({ timestamp, encodedPartition }: NextRecord, bytes: number, now: number): void {
    this.recordCount += 1;
    this.byteCount += bytes;
    this.firstTimestamp ??= timestamp;
    this.firstWrittenAt ??= now;
    this.lastPartition = encodedPartition;
  }

  /** Why files close before this record, or null. */
  before(next: NextRecord): RotationReason | null {
    if (this.recordCount === 0) return null;
    return this.#rules.find((rule) => rule.isDueBefore?.(this, next) === true)?.reason ?? null;
  }

  /** Why files close behind the last record, or null. */
  after(): RotationReason | null {
    return this.#rules.find((rule) => rule.isDueAfter?.(this) === true)?.reason ?? null;
  }

  /** Wall clock at which a rule is due, with its reason; null if none ever is as things stand. */
  due(): { readonly at: number; readonly reason: RotationReason } | null {
    let earliest: { at: number; reason: RotationReason } | null = null;
    for (const rule of this.#rules) {
      const at = rule.dueAt?.(this) ?? null;
      if (at !== null && (earliest === null || at < earliest.at)) earliest = { at, reason: rule.reason };
    }
    return earliest;
  }
}
