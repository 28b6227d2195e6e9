import type { Herder } from '../herder/herder.ts';
import { appGroup, connectorGroup, connectorTasksGroup, workerGroup, type AppReading, type ConnectorReading } from './connector-groups.ts';
import { processGroup, ProcessWatch } from './process-metrics.ts';
import { renderMetrics, section, type MetricSection } from './render-metrics.ts';
import { sinkTaskGroup, sourceTaskGroup, taskErrorGroup, taskGroup, type TaskReading } from './task-groups.ts';
import type { WorkerMeters } from './worker-meters.ts';

/** What of a herder is measured. */
export type MeteredHerder = Pick<Herder, 'connectors' | 'connectorStatus' | 'connectorConfig'> & { readonly meters: WorkerMeters };

export interface WorkerMetricsOptions {
  readonly herder: MeteredHerder;
  /** `host:port` of this worker: what runs elsewhere is measured there. */
  workerId(): string;
  readonly app: Omit<AppReading, 'startTimeMs'>;
}

/** The metrics of a worker and of all that runs in it, with Kafka Connect's names. Nothing is done for them between two scrapes. */
export class WorkerMetrics {
  readonly #options: WorkerMetricsOptions;
  readonly #process = new ProcessWatch();
  readonly #startTimeMs = Date.now();

  constructor(options: WorkerMetricsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#process.start();
  }

  stop(): void {
    this.#process.stop();
  }

  /** All metrics of now as Prometheus text. */
  async scrape(): Promise<string> {
    const now = Date.now();
    return renderMetrics([...this.#workerSections(await this.#connectors(), now), ...taskSections(this.#options.herder.meters.tasks)], now);
  }

  #workerSections(connectors: readonly ConnectorReading[], now: number): MetricSection[] {
    const { meters } = this.#options.herder;
    const { connectorStarts, taskStarts } = meters;
    const worker = { connectorCount: connectors.length, taskCount: meters.tasks.length, connectorStarts, taskStarts };
    const noLabels = (): Record<string, string> => ({});
    const byConnector = ({ name }: ConnectorReading): Record<string, string> => ({ connector: name });
    return [
      section(appGroup, [{ ...this.#options.app, startTimeMs: this.#startTimeMs }], noLabels),
      section(workerGroup, [worker], noLabels),
      section(processGroup, [this.#process.read(now)], noLabels),
      section(connectorGroup, connectors, byConnector),
      section(connectorTasksGroup, connectors, byConnector),
    ];
  }

  async #connectors(): Promise<ConnectorReading[]> {
    const { herder } = this.#options;
    const names = (await herder.connectors()).toSorted();
    const readings = await Promise.all(names.map((name) => this.#connector(name)));
    return readings.filter((reading) => reading !== null);
  }

  /** Null for a connector that runs elsewhere or went away just now. */
  async #connector(name: string): Promise<ConnectorReading | null> {
    const { herder } = this.#options;
    try {
      const [{ connector, tasks, type }, config] = await Promise.all([herder.connectorStatus(name), herder.connectorConfig(name)]);
      const here = this.#options.workerId();
      if (connector.worker_id !== here) return null;
      return {
        name,
        type,
        state: connector.state,
        className: config['connector.class'] ?? '',
        version: connector.version ?? '',
        taskStates: tasks.filter((task) => task.worker_id === here).map(({ state }) => state),
      };
    } catch {
      // Deleted between the list and the question: a scrape shows what is there.
      return null;
    }
  }
}

function taskSections(tasks: readonly TaskReading[]): MetricSection[] {
  const labels = ({ connector, task }: TaskReading): Record<string, string> => ({ connector, task: String(task) });
  const ofType = (type: 'source' | 'sink'): TaskReading[] => tasks.filter(({ meter }) => meter.type === type);
  return [
    section(taskGroup, tasks, labels),
    section(sourceTaskGroup, ofType('source'), labels),
    section(sinkTaskGroup, ofType('sink'), labels),
    section(taskErrorGroup, tasks, labels),
  ];
}
