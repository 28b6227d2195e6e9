import { ConfigException } from '@millrace/api';
import type { FileView } from '../encode/file-view.ts';
import type { ObjectKeyer } from '../key/object-keyer.ts';
import type { Partitioner } from '../partition/partitioner.ts';
import type { RotationRule } from '../rotation/rotation-rule.ts';
import type { SchemaCompatibility } from '../rotation/schema-compatibility.ts';

/** What a sink's configuration says about files. */
export interface SinkPlan {
  readonly partitioner: Partitioner;
  readonly keyer: ObjectKeyer;
  /** In the order in which they are asked. At least one, or files would never close. */
  readonly rules: readonly RotationRule[];
  /** `schema.compatibility`. */
  readonly schemaCompatibility: SchemaCompatibility;
  /** `schema.rotation`: close files when the schema changes, or keep one open for each schema, which needs `NONE`. */
  readonly schemaRotation: 'close' | 'per-version';
  /** The objects that are written of the same records; at least one. */
  readonly views: readonly FileView[];
  /** `partitioner.max.open.files` of a topic partition; -1 for no limit. */
  readonly maxOpenFiles: number;
  /** `behavior.on.null.values`. */
  readonly onNull: 'fail' | 'ignore' | 'write' | 'encode';
  /** `report.null.values.to.dlq`: whether ignored ones are reported. */
  readonly reportNulls: boolean;
  /** `tombstone.encoded.partition`. */
  readonly tombstonePartition: string;
}

/** Whether the same records make the same objects on every run: the condition for exactly once. */
export function isDeterministic({ partitioner, rules }: SinkPlan): boolean {
  return partitioner.isDeterministic && rules.every((rule) => rule.isDeterministic);
}

/** @throws ConfigException if parts of the plan contradict each other. */
export function checkPlan(plan: SinkPlan): void {
  if (plan.rules.length === 0) throw new ConfigException('Nothing ever closes a file: set a number of records, bytes or an interval');
  if (plan.schemaRotation === 'per-version' && plan.schemaCompatibility !== 'NONE') {
    throw ConfigException.invalidValue('schema.rotation', 'per-version', 'needs schema.compatibility=NONE, since it never projects');
  }
  if (plan.onNull === 'write' && plan.views.every(({ isOfValues }) => isOfValues)) {
    throw ConfigException.invalidValue(
      'behavior.on.null.values',
      'write',
      'needs store.kafka.keys=true: a tombstone has nothing but its key',
    );
  }
}
