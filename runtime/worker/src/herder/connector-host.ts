import type { Connector, Properties, SinkConnector, SourceConnector, SourceMap, TopicPartition } from '@millrace/api';
import type { PluginDescriptor } from '../plugins/plugin-descriptor.ts';
import { RunningConnector, type ConnectorServices, type StartLimits } from './running-connector.ts';

/** A connector that was started. */
export interface ConnectorHandle {
  /** @throws what the connector throws; ConnectException if it gives nothing usable, or does not end when it should. */
  taskConfigs(maxTasks: number, signal: AbortSignal): Promise<Properties[]>;
  /** @throws whatever the connector's stop throws; ConnectException if it does not end in time. */
  stop(): Promise<void>;
}

/** A connector that is to run. */
export interface ConnectorStart {
  readonly plugin: PluginDescriptor;
  /** With references resolved. */
  readonly config: Properties;
  readonly services: ConnectorServices;
  readonly limits: StartLimits;
}

/** Offsets that somebody changes from outside, of a source by its own partitions, of a sink by those of its topics. Null removes one. */
export type AlteredOffsets =
  | { readonly type: 'source'; readonly offsets: ReadonlyMap<SourceMap | null, SourceMap | null> }
  | { readonly type: 'sink'; readonly offsets: ReadonlyMap<TopicPartition, number | null> };

/** What a connector that is stopped is asked about its offsets (KIP-875). */
export interface OffsetsQuestion {
  readonly plugin: PluginDescriptor;
  /** With references resolved. */
  readonly config: Properties;
  readonly altered: AlteredOffsets;
}

/** A place where the instances of connectors run. */
export interface ConnectorHost {
  /** @throws whatever the connector's start throws; it is stopped then. ConnectException if it does not end when it should. */
  start(start: ConnectorStart): Promise<ConnectorHandle>;
  /**
   * Asks a new instance about a change of offsets.
   * @param signal fires when nobody waits for the answer any more
   * @returns whether the connector has changed them elsewhere too @throws whatever its `alterOffsets` throws
   */
  alterOffsets(question: OffsetsQuestion, signal: AbortSignal): Promise<boolean>;
}

/** Asks a new instance of a connector in this thread. */
export async function askAboutOffsets({ plugin, config, altered }: OffsetsQuestion): Promise<boolean> {
  const ConnectorClass = await plugin.load();
  const connector = new ConnectorClass() as Connector;
  const answer =
    altered.type === 'sink'
      ? await (connector as SinkConnector).alterOffsets?.(config, altered.offsets)
      : await (connector as SourceConnector).alterOffsets?.(config, altered.offsets as ReadonlyMap<SourceMap, SourceMap | null>);
  return answer === true;
}

/** Runs connectors in the worker's own thread. One that blocks the thread blocks the worker. */
export const inlineConnectorHost: ConnectorHost = {
  start: ({ plugin, config, services, limits }) => RunningConnector.start(plugin, config, services, limits),
  alterOffsets: askAboutOffsets,
};
