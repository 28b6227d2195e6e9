import { ConfigException, type Config, type ConfigDef, type ConfigKeyOptions, type Properties, type SourceTask } from '@millrace/api';
import type { Fault } from './broken-package.ts';
import { GOOD_CONFIG, goodConfig } from './good-config.ts';
import { GoodSource, GoodSourceTask } from './good-source.ts';

/** The good definition with one key more. */
function withKey(name: string, more: Partial<ConfigKeyOptions<'string', null>>): ConfigDef {
  const options = {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'A further key.',
    group: 'More',
    orderInGroup: 1,
    displayName: 'More',
  } as const;
  return goodConfig().define(name, { ...options, ...more });
}

/** A source whose tasks are of another class. */
function withTask(Task: new () => SourceTask): new () => GoodSource {
  return class extends GoodSource {
    override taskClass(): new () => SourceTask {
      return Task;
    }
  };
}

/** Timers that a broken connector left behind. */
export const leftTimers: NodeJS.Timeout[] = [];

/** Faults of manifest, definition and lifecycle, which sources and sinks share. */
export const connectorFaults: readonly Fault[] = [
  { name: 'names an export that is not there', breaks: 'manifest-export', connector: GoodSource, manifest: { export: 'Missing' } },
  { name: 'has an alias that nobody can write', breaks: 'manifest-names', connector: GoodSource, manifest: { aliases: ['two words'] } },
  { name: 'names no class of its tasks', breaks: 'manifest-task-class', connector: GoodSource, manifest: { taskClass: '' } },
  {
    name: 'has a task of another version',
    breaks: 'version',
    connector: withTask(
      class extends GoodSourceTask {
        override version(): string {
          return '9.9.9';
        }
      },
    ),
  },
  {
    name: 'has a key without documentation',
    breaks: 'definition-documented',
    connector: class extends GoodSource {
      override config(): ConfigDef {
        return withKey('more', { doc: '' });
      }
    },
  },
  {
    name: 'has a key without a group',
    breaks: 'definition-arranged',
    connector: class extends GoodSource {
      override config(): ConfigDef {
        return withKey('more', { group: '' });
      }
    },
  },
  {
    name: 'has a token of type string',
    breaks: 'secrets-typed',
    connector: class extends GoodSource {
      override config(): ConfigDef {
        return withKey('api.token', {});
      }
    },
  },
  {
    name: 'refuses its own default',
    breaks: 'defaults-valid',
    connector: class extends GoodSource {
      override config(): ConfigDef {
        return withLateValidator();
      }
      validate(props: Properties): Config {
        return GOOD_CONFIG.validate(props);
      }
    },
  },
  {
    name: 'validates nothing',
    breaks: 'required-validated',
    connector: class extends GoodSource {
      validate(props: Properties): Config {
        const { configValues } = GOOD_CONFIG.validate(props);
        return { configValues: configValues.map((value) => ({ ...value, errorMessages: [] })) };
      }
    },
  },
  {
    name: 'starts without a required key',
    breaks: 'required-started',
    connector: class extends GoodSource {
      override start(props: Properties): void {
        this.props = props;
      }
    },
  },
  {
    name: 'gives more task configurations than asked for',
    breaks: 'tasks-bounded',
    connector: class extends GoodSource {
      override taskConfigs(most: number): Properties[] {
        return Array.from({ length: most > 2 ? most + 1 : 1 }, () => this.props);
      }
    },
  },
  {
    name: 'gives no task configurations when many are asked for',
    breaks: 'tasks-present',
    connector: class extends GoodSource {
      override taskConfigs(most: number): Properties[] {
        return most > 4 ? [] : [this.props];
      }
    },
  },
  {
    name: 'puts a number into a task configuration',
    breaks: 'tasks-plain',
    connector: class extends GoodSource {
      override taskConfigs(most: number): Properties[] {
        return [most > 1 ? { ...this.props, number: 1 as unknown as string } : this.props];
      }
    },
  },
  {
    name: 'cannot be stopped twice',
    breaks: 'connector-stop',
    connector: class extends GoodSource {
      #stops = 0;
      override stop(): void {
        this.#stops += 1;
        if (this.#stops > 1) throw new Error('stopped already');
      }
    },
  },
  {
    name: 'has a task that cannot be stopped before its start',
    breaks: 'task-stop-unstarted',
    connector: withTask(
      class extends GoodSourceTask {
        #started = false;
        override async start(props: Properties): Promise<void> {
          await super.start(props);
          this.#started = true;
        }
        override async stop(): Promise<void> {
          if (!this.#started) throw new Error('not started');
          await super.stop();
        }
      },
    ),
  },
  {
    name: 'has a task that cannot be stopped twice',
    breaks: 'task-stop-twice',
    connector: withTask(
      class extends GoodSourceTask {
        #stops = 0;
        override async stop(): Promise<void> {
          this.#stops += 1;
          if (this.#stops > 1) throw new Error('stopped already');
          await super.stop();
        }
      },
    ),
  },
  {
    name: 'leaves a timer',
    breaks: 'no-handle-left',
    connector: withTask(
      class extends GoodSourceTask {
        override async start(props: Properties): Promise<void> {
          await super.start(props);
          leftTimers.push(setInterval(() => undefined, 60_000));
        }
      },
    ),
  },
  {
    name: 'logs its configuration',
    breaks: 'secrets-hidden',
    connector: withTask(
      class extends GoodSourceTask {
        override async start(props: Properties): Promise<void> {
          await super.start(props);
          this.context.log.info('Starting', { props });
        }
      },
    ),
  },
  {
    name: 'answers validation with what JSON cannot hold',
    breaks: 'rest-round-trip',
    connector: class extends GoodSource {
      validate(props: Properties): Config {
        const { configValues } = GOOD_CONFIG.validate(props);
        const circular: { self?: unknown; toString(): string } = {
          toString: () => {
            throw new Error('no text');
          },
        };
        circular.self = circular;
        return { configValues: configValues.map((value) => ({ ...value, value: circular })) };
      }
    },
  },
];

/** A definition whose last key takes its default when it is defined and refuses it ever after. */
function withLateValidator(): ConfigDef {
  let isDefined = false;
  const definition = withKey('more', {
    validator: {
      ensureValid: (name, value) => {
        if (isDefined) throw ConfigException.invalidValue(name, value, 'not this one');
      },
      toString: () => 'nothing',
    },
  });
  isDefined = true;
  return definition;
}
