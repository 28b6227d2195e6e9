import { ConnectException, SourceRecord, type Properties, type SourceMap, type SourceTask, type SourceTaskContext } from '@millrace/api';
import { systemClock, type Clock } from './clock.ts';
import { CONFIG, keyIndexOf, startTimeMs, type DatagenConfig } from './config.ts';
import { EventTime } from './event-time.ts';
import type { Generator } from './generator.ts';
import { generatorOf } from './generators.ts';
import { Pace } from './pace.ts';
import { Random } from './random.ts';
import { mapShape, structShape, type RecordShape } from './record-shape.ts';

/** Key of a task's configuration that the connector sets: its number, from 0. */
export const TASK_INDEX = 'task.index';

/** How long a task that is done sleeps between two polls. */
const IDLE_MS = 1000;

/** Everything a started task works with. */
interface Work {
  readonly config: DatagenConfig;
  readonly generator: Generator;
  readonly shape: RecordShape;
  readonly partition: SourceMap;
  readonly random: Random;
  readonly time: EventTime;
  readonly pace: Pace;
}

/**
 * Makes up records. A record is a function of seed, task and number (and of the clock, without `start.time`), and the offset is the count of
 * records so far: after a crash the task goes on as if nothing had happened.
 */
export class DatagenSourceTask implements SourceTask {
  readonly #clock: Clock;
  #context: SourceTaskContext | null = null;
  #work: Work | null = null;
  /** Number of the next record. */
  #next = 0;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  initialize(context: SourceTaskContext): void {
    this.#context = context;
  }

  /** @throws ConfigException if the configuration is invalid. @throws ConnectException if the stored offset is none of this connector's. */
  async start(props: Properties): Promise<void> {
    const work = workOf(CONFIG.parse(props), Number(props[TASK_INDEX] ?? 0), this.#clock);
    const stored = (await this.#context?.offsetStorageReader.offset(work.partition)) ?? null;
    this.#next = stored === null ? 0 : recordCount(stored);
    this.#work = work;
  }

  async poll(signal: AbortSignal): Promise<SourceRecord[] | null> {
    const work = this.#work;
    if (work === null) return null;
    const limit = Number(work.config.count);
    const left = limit < 0 ? Number.POSITIVE_INFINITY : limit - this.#next;
    if (left <= 0) {
      await this.#clock.sleep(IDLE_MS, signal);
      return null;
    }
    const count = await work.pace.release(Math.min(left, work.config['batch.size']), signal);
    return count === 0 ? null : this.#records(work, count);
  }

  stop(): void {
    this.#work = null;
  }

  #records(work: Work, count: number): SourceRecord[] {
    const { generator, random, shape, partition: sourcePartition } = work;
    const { topic } = work.config;
    const timeOf = work.time.batch();
    const records: SourceRecord[] = [];
    for (let place = 0; place < count; place++) {
      const number = this.#next++;
      const timeMicros = timeOf(number, place);
      random.at(number);
      const values = generator.values(random, number, timeMicros);
      records.push(
        new SourceRecord({
          sourcePartition,
          sourceOffset: { generated: number + 1 },
          topic,
          keyAndSchema: shape.key(values),
          valueAndSchema: shape.value(values),
          timestamp: Math.floor(timeMicros / 1000),
        }),
      );
    }
    return records;
  }
}

function workOf(config: DatagenConfig, task: number, clock: Clock): Work {
  const generator = generatorOf(config.quickstart);
  if (generator === null) throw new ConnectException(`There is no generator ${config.quickstart}`, { configKey: 'quickstart' });
  const keyIndex = keyIndexOf(generator, config['key.field']);
  return {
    config,
    generator,
    shape: (config['value.format'] === 'map' ? mapShape : structShape)(generator.schema, keyIndex),
    partition: { generator: config.quickstart, task },
    random: new Random(config.seed, task),
    time: new EventTime(startTimeMs(config['start.time']), config.rate, clock),
    pace: new Pace(config.rate, clock),
  };
}

/** How many records an offset stands for. @throws ConnectException if it is no offset of this connector. */
export function recordCount(offset: SourceMap): number {
  const { generated } = offset;
  if (Number.isSafeInteger(generated) && (generated as number) >= 0) return generated as number;
  throw new ConnectException("Offset objects should either be null or contain the key 'generated' with the count of records, 0 or more");
}
