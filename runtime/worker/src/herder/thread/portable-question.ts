import { TopicPartition, type SourceMap } from '@millrace/api';
import type { PluginRegistry } from '../../plugins/plugin-registry.ts';
import { fromPortable, toPortable } from '../../task/thread/portable.ts';
import type { AlteredOffsets, OffsetsQuestion } from '../connector-host.ts';
import type { PortableQuestion } from './connector-thread-contract.ts';

/** A question about offsets in a form that survives a structured clone. */
export function toPortableQuestion({ plugin, config, altered }: OffsetsQuestion): PortableQuestion {
  return { className: plugin.className, config, altered: toPortableOffsets(altered) };
}

/** The question that {@link toPortableQuestion} was given. @throws ConnectException if the class is not installed */
export function fromPortableQuestion({ className, config, altered }: PortableQuestion, plugins: PluginRegistry): OffsetsQuestion {
  return { plugin: plugins.get([altered.type], className), config, altered: fromPortableOffsets(altered) };
}

function toPortableOffsets(altered: AlteredOffsets): PortableQuestion['altered'] {
  if (altered.type === 'source') {
    return { type: 'source', offsets: Array.from(altered.offsets, ([partition, offset]) => [toPortable(partition), toPortable(offset)]) };
  }
  return { type: 'sink', offsets: Array.from(altered.offsets, ([{ topic, partition }, offset]) => [topic, partition, offset]) };
}

function fromPortableOffsets(altered: PortableQuestion['altered']): AlteredOffsets {
  if (altered.type === 'source') {
    const entries = altered.offsets.map((entry) => entry.map(fromPortable) as [SourceMap | null, SourceMap | null]);
    return { type: 'source', offsets: new Map(entries) };
  }
  return {
    type: 'sink',
    offsets: new Map(altered.offsets.map(([topic, partition, offset]) => [TopicPartition.of(topic, partition), offset])),
  };
}
