import type { Properties } from '@millrace/api';
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

/** A place where the instances of connectors run. */
export interface ConnectorHost {
  /** @throws whatever the connector's start throws; it is stopped then. ConnectException if it does not end when it should. */
  start(start: ConnectorStart): Promise<ConnectorHandle>;
}

/** Runs connectors in the worker's own thread. One that blocks the thread blocks the worker. */
export const inlineConnectorHost: ConnectorHost = {
  start: ({ plugin, config, services, limits }) => RunningConnector.start(plugin, config, services, limits),
};
