import type { Properties } from '@millrace/api';
import type { LocatedPlugin } from '../../plugins/discovery.ts';
import type { PluginThreadServices } from '../../task/thread/task-thread-contract.ts';
import type { TaskStatus } from '../../task/task-services.ts';
import type { ConfigInfos, ConfigKeyInfo } from '../config-infos.ts';
import type { PortableError } from '../../task/thread/portable-error.ts';
import type { RawProps } from '../validation-plugins.ts';

/** What the thread of a connector gets at its start. */
export interface ConnectorThreadData {
  readonly plugins: readonly LocatedPlugin[];
  readonly workerConfig: Readonly<Record<string, string>>;
  /** See SharedCells. */
  readonly cells: SharedArrayBuffer;
}

/** A CheckOutcome as plain data. */
export type PortableOutcome = { readonly infos: ConfigInfos } | { readonly error: PortableError; readonly passwords: readonly string[] };

/** What the thread of a connector asks of the main thread. */
export interface ConnectorThreadServices extends PluginThreadServices {
  status(status: TaskStatus): void;
  requestTaskReconfiguration(): void;
}

/** The connector that a thread is to start. */
export interface ThreadStart {
  readonly type: 'source' | 'sink';
  readonly className: string;
  readonly config: Properties;
  readonly graceMs: number;
}

/** Offsets that a connector is asked about, as plain data: those of a source in their portable form. */
export interface PortableQuestion {
  readonly className: string;
  readonly config: Properties;
  readonly altered:
    | { readonly type: 'source'; readonly offsets: readonly (readonly [unknown, unknown])[] }
    | { readonly type: 'sink'; readonly offsets: readonly (readonly [topic: string, partition: number, offset: number | null])[] };
}

/** What the main thread asks of the thread of a connector. A thread checks any number of configurations and then starts one connector at most. */
export interface ConnectorThreadControl {
  check(props: RawProps, distributed: boolean): Promise<PortableOutcome>;
  /** Keys of a plug-in, see ConnectorValidator. */
  pluginConfig(name: string, version: string | undefined): Promise<ConfigKeyInfo[]>;
  /** See ConnectorHost. */
  alterOffsets(question: PortableQuestion): Promise<boolean>;
  start(start: ThreadStart): Promise<void>;
  /** What runs is not wanted any more. */
  unwant(): void;
  taskConfigs(maxTasks: number): Promise<Properties[]>;
  stop(): Promise<void>;
}
