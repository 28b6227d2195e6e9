import {
  CaseInsensitiveValidString,
  ConfigDef,
  ConnectException,
  RegexValidator,
  type Config,
  type Logger,
  type PluginKind,
  type Properties,
} from '@millrace/api';
import { describe, expect, it, vi } from 'vitest';
import { ConfigTransformer } from '../../src/config/config-transformer.ts';
import type { ConfigInfo, ConfigInfos } from '../../src/herder/config-infos.ts';
import { ConnectorValidator, validationError, type ConnectorValidatorOptions } from '../../src/herder/connector-validation.ts';
import type { PluginClass, PluginDescriptor } from '../../src/plugins/plugin-descriptor.ts';
import { PluginRegistry } from '../../src/plugins/plugin-registry.ts';

class Source {
  config(): ConfigDef {
    return new ConfigDef()
      .define('table', { type: 'string', importance: 'high', doc: 'Table.' })
      .define('password', { type: 'password', default: null, importance: 'high', doc: 'Password.' })
      .define('url', { type: 'string', default: null, importance: 'high', doc: 'Address.', group: 'Connection' });
  }
}

class ExactlyOnceSource extends Source {
  exactlyOnceSupport(): 'SUPPORTED' {
    return 'SUPPORTED';
  }

  canDefineTransactionBoundaries(): 'SUPPORTED' {
    return 'SUPPORTED';
  }
}

class CheckingSource extends Source {
  async validate(props: Properties): Promise<Config> {
    const config = this.config().validate(props);
    const url = config.configValues.find(({ name }) => name === 'url');
    url?.errorMessages.push(`Cannot connect as ${String(props['password'])}`);
    return config;
  }
}

class FailingSource extends Source {
  validate(props: Properties): Config {
    throw new ConnectException(`login with ${String(props['password'])} failed`);
  }
}

class Sink {
  config(): ConfigDef {
    return new ConfigDef();
  }
}

class Converter {
  config(): ConfigDef {
    return new ConfigDef().define('converter.type', { type: 'string', importance: 'low', doc: 'Type.' }).define('format', {
      type: 'string',
      default: 'A',
      importance: 'low',
      doc: 'F.',
      validator: CaseInsensitiveValidString.in('a', 'b'),
      group: 'G',
    });
  }
}

class Transformation {
  config(): ConfigDef {
    return new ConfigDef()
      .define('field', { type: 'string', importance: 'high', doc: 'Field.' })
      .define('negate', { type: 'string', default: 'own', importance: 'high', doc: 'Masked.' });
  }
}

class Predicate {
  config(): ConfigDef {
    return new ConfigDef().define('pattern', {
      type: 'string',
      importance: 'low',
      doc: 'Pattern.',
      validator: new RegexValidator((pattern) => new RegExp(pattern, 'u')),
    });
  }
}

function plugin(kind: PluginKind, className: string, load: PluginClass | Error): PluginDescriptor {
  return {
    kind,
    className,
    taskClassName: null,
    aliases: [],
    version: '1.2.3',
    location: '@acme/plugins',
    load: () => (load instanceof Error ? Promise.reject(load) : Promise.resolve(load)),
  };
}

function registry(): PluginRegistry {
  const plugins = new PluginRegistry();
  const add = (kind: PluginKind, className: string, load: PluginClass | Error): void => plugins.add(plugin(kind, className, load));
  add('source', 'acme.TableSourceConnector', Source);
  add('source', 'acme.ExactlyOnceSource', ExactlyOnceSource);
  add('source', 'acme.CheckingSource', CheckingSource);
  add('source', 'acme.FailingSource', FailingSource);
  add('sink', 'acme.TableSinkConnector', Sink);
  add('converter', 'acme.AcmeConverter', Converter);
  add('converter', 'acme.BrokenConverter', new ConnectException('no such file'));
  add('header_converter', 'acme.AcmeConverter', Converter);
  add('transformation', 'acme.Mask$Key', Transformation);
  add('transformation', 'acme.Mask$Value', Transformation);
  add('transformation', 'acme.Broken', new ConnectException('no such file'));
  add('predicate', 'acme.Matches', Predicate);
  return plugins;
}

function validator(workerConfig: Record<string, string> = {}, options: Partial<ConnectorValidatorOptions> = {}): ConnectorValidator {
  return new ConnectorValidator({
    plugins: registry(),
    workerConfig: {
      'key.converter': 'AcmeConverter',
      'value.converter': 'acme.AcmeConverter',
      'header.converter': 'acme.AcmeConverter',
      ...workerConfig,
    },
    ...options,
  });
}

const source = { name: 's', 'connector.class': 'TableSource', table: 't' };
const sink = { name: 's', 'connector.class': 'TableSink', topics: 'a,b' };

function info(infos: ConfigInfos, name: string): ConfigInfo | undefined {
  return infos.configs.find(({ value }) => value.name === name);
}

function errors(infos: ConfigInfos): Record<string, readonly string[]> {
  return Object.fromEntries(infos.configs.filter(({ value }) => value.errors.length > 0).map(({ value }) => [value.name, value.errors]));
}

describe('validation of a connector configuration', () => {
  it('answers with every key of the framework and of the connector', async () => {
    const infos = await validator().validate(source);

    expect(infos.name).toBe('TableSource');
    expect(infos.error_count).toBe(0);
    expect(infos.groups).toEqual([
      'Common',
      'Transforms',
      'Predicates',
      'Error Handling',
      'Topic Creation',
      'Exactly Once Support',
      'offsets.topic',
      'Connection',
    ]);
    expect(infos.configs).toHaveLength(27);
    expect(info(infos, 'key.converter')).toEqual({
      definition: {
        name: 'key.converter',
        type: 'CLASS',
        required: false,
        default_value: 'acme.AcmeConverter',
        importance: 'LOW',
        documentation: expect.stringContaining('Converter between record keys') as string,
        group: 'Common',
        order_in_group: 6,
        width: 'SHORT',
        display_name: 'Key converter class',
        dependents: [],
      },
      value: {
        name: 'key.converter',
        value: 'acme.AcmeConverter',
        recommended_values: ['acme.AcmeConverter', 'acme.BrokenConverter'],
        errors: [],
        visible: true,
      },
    });
    expect(info(infos, 'connector.plugin.version')?.value).toMatchObject({ value: '1.2.3', recommended_values: ['1.2.3'] });
  });

  it('documents every key of the framework', async () => {
    const infos = await validator().validate(source);

    expect(infos.configs.filter(({ definition }) => definition?.documentation === '')).toEqual([]);
  });

  it('refuses a configuration that names no connector, without showing the configuration', async () => {
    await expect(validator().validate({ password: 'hidden' })).rejects.toThrow('Connector config contains no connector type');
  });

  it('says which connectors there are when the named one is missing', async () => {
    await expect(validator().validate({ 'connector.class': 'Nope' })).rejects.toThrow(
      /^Failed to find any class that implements Connector and which name matches Nope, available connectors are: acme\.TableSinkConnector \(1\.2\.3\), /,
    );
  });

  it('lists a null under a key that nobody defines, and forgives one under a key of the connector', async () => {
    const infos = await validator().validate({ ...source, url: null, stray: null });

    expect(errors(infos)).toEqual({ stray: ['Null value can not be supplied as the configuration value.'] });
    expect(info(infos, 'stray')?.definition).toBeNull();
  });

  it('checks nothing but common keys when another version of the connector is asked for', async () => {
    const infos = await validator().validate({ ...source, 'connector.plugin.version': '[2.0,)' });

    const message = 'Plugin acme.TableSourceConnector not found that matches the version range [2.0,), available versions: [1.2.3]';
    expect(errors(infos)).toEqual({ 'connector.class': [message], 'connector.plugin.version': [message] });
    expect(infos.configs).toHaveLength(19);
  });

  it('makes one message of all errors', async () => {
    const infos = await validator().validate({ 'connector.class': 'TableSource', table: 't', 'tasks.max': '0' });

    expect(validationError(infos)).toBe(
      'Connector configuration is invalid and contains the following 2 error(s):\n' +
        'Missing required configuration "name" which has no default value.\n' +
        'Invalid value 0 for configuration tasks.max: Value must be at least 1\n' +
        'You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`',
    );
    expect(validationError(await validator().validate(source))).toBeNull();
  });
});

describe('validation of transformations and predicates', () => {
  it('adds a group with the own keys of each alias, apart from those that the framework has', async () => {
    const warn = vi.fn<Logger['warn']>();
    const infos = await validator({}, { log: { error: warn, warn, info: warn, debug: warn } }).validate({
      ...source,
      transforms: 'm',
      'transforms.m.type': 'acme.Mask$Value',
      'transforms.m.field': 'f',
      'transforms.m.predicate': 'p',
      predicates: 'p',
      'predicates.p.type': 'Matches',
      'predicates.p.pattern': '[',
    });

    expect(infos.groups.slice(7)).toEqual(['Transforms: m', 'Predicates: p', 'Connection']);
    expect(infos.configs.map(({ value }) => value.name).filter((name) => name.startsWith('transforms.'))).toEqual([
      'transforms.m.type',
      'transforms.m.plugin.version',
      'transforms.m.field',
      'transforms.m.negate',
      'transforms.m.predicate',
    ]);
    expect(info(infos, 'transforms.m.negate')?.definition?.type).toBe('BOOLEAN');
    expect(errors(infos)['predicates.p.pattern']?.[0]).toMatch(/^Invalid value \[ for configuration pattern: Invalid regex: /);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      'Key negate of transformation m (acme.Mask$Value) cannot be set: the framework has one of that name',
    );
  });

  it.each([
    ['acme.Mask', 'This class is abstract and cannot be created. Did you mean acme.Mask$Key, acme.Mask$Value?'],
    ['acme.Matches', 'Class class acme.Matches does not implement the Transformation interface'],
    ['no.Such', 'Invalid value no.Such for configuration transforms.m.type: Class no.Such could not be found.'],
    ['acme.Broken', 'Failed to load the definition of acme.Broken: no such file'],
  ])('refuses %s as a transformation', async (type, message) => {
    const infos = await validator().validate({ ...source, transforms: 'm', 'transforms.m.type': type });

    expect(errors(infos)).toEqual({ 'transforms.m.type': [message] });
  });

  it('refuses a version that is not installed', async () => {
    const infos = await validator().validate({
      ...source,
      transforms: 'm',
      'transforms.m.type': 'acme.Mask$Key',
      'transforms.m.field': 'f',
      'transforms.m.plugin.version': '3',
    });

    expect(errors(infos)).toEqual({
      'transforms.m.plugin.version': ['Plugin acme.Mask$Key not found that matches the version range [3,3], available versions: [1.2.3]'],
    });
  });
});

describe('validation of converters', () => {
  it('uses the definition of a converter that the connector names, under its prefix', async () => {
    const infos = await validator().validate({ ...source, 'value.converter': 'AcmeConverter', 'value.converter.format': 'C' });

    expect(errors(infos)).toEqual({
      'value.converter.format': ['Invalid value C for configuration format: String must be one of (case insensitive): A, B'],
    });
    expect(info(infos, 'value.converter.converter.type')?.value.value).toBe('value');
    expect(infos.groups.at(-1)).toBe('G');
  });

  it('leaves settings alone that follow no converter of the connector', async () => {
    expect(errors(await validator().validate({ ...source, 'value.converter.format': 'C' }))).toEqual({});
  });

  it('reports a converter whose package is broken on its key', async () => {
    expect(errors(await validator().validate({ ...source, 'key.converter': 'BrokenConverter' }))).toEqual({
      'key.converter': ['Failed to load class BrokenConverter: no such file'],
    });
  });
});

describe('validation of client overrides', () => {
  it('checks the clients that the connector has, and no others', async () => {
    const props = { 'producer.override.acks': '1', 'consumer.override.client.id': 'x', 'admin.override.client.id': 'x' };
    const none = validator({ 'connector.client.config.override.policy': 'None' });

    expect(Object.keys(errors(await none.validate({ ...source, ...props })))).toEqual(['producer.override.acks']);
    expect(Object.keys(errors(await none.validate({ ...sink, ...props })))).toEqual(['consumer.override.client.id']);
    expect(Object.keys(errors(await none.validate({ ...sink, ...props, 'errors.deadletterqueue.topic.name': 'q' })))).toHaveLength(3);
  });

  it.each([
    ['All', []],
    ['Principal', ['producer.override.acks', 'producer.override.linger.ms']],
    ['Allowlist', ['producer.override.linger.ms', 'producer.override.sasl.jaas.config']],
    ['None', ['producer.override.acks', 'producer.override.linger.ms', 'producer.override.sasl.jaas.config']],
    [
      'org.apache.kafka.connect.connector.policy.NoneConnectorClientConfigOverridePolicy',
      expect.arrayContaining(['producer.override.acks']),
    ],
  ])('follows the policy %s', async (policy, forbidden) => {
    const worker = { 'connector.client.config.override.policy': policy, 'connector.client.config.override.allowlist': 'acks' };
    const infos = await validator(worker).validate({
      ...source,
      'producer.override.acks': '1',
      'producer.override.linger.ms': '5',
      'producer.override.sasl.jaas.config': 'login',
    });

    expect(Object.keys(errors(infos)).toSorted()).toEqual(forbidden);
    expect(info(infos, 'producer.override.sasl.jaas.config')?.value.value).toBe('[hidden]');
  });

  it('refuses a policy that is none', () => {
    expect(() => validator({ 'connector.client.config.override.policy': 'Some' })).toThrow('must be All, None, Principal or Allowlist');
  });

  it('warns of a setting that no client has', async () => {
    const warn = vi.fn<Logger['warn']>();
    await validator({}, { log: { error: warn, warn, info: warn, debug: warn } }).validate({ ...source, 'producer.override.ack': '1' });

    expect(warn).toHaveBeenCalledExactlyOnceWith('No Kafka client has a setting ack: producer.override.ack may be misspelt');
  });

  it('throws on a value of the wrong type, as Kafka Connect does', async () => {
    await expect(validator().validate({ ...source, 'producer.override.linger.ms': 'soon' })).rejects.toThrow(
      'Invalid value soon for configuration linger.ms: Not a number of type LONG',
    );
  });
});

describe('validation on a worker of a cluster', () => {
  const worker = { 'group.id': 'connect-s' };

  it('refuses a sink whose consumer group is that of the workers', async () => {
    const cluster = validator(worker, { distributed: true });

    expect(errors(await cluster.validate(sink))).toEqual({
      name: ['Consumer group for sink connector named s conflicts with Connect worker group connect-s'],
    });
    expect(errors(await cluster.validate({ ...sink, 'consumer.override.group.id': 'other' }))).toEqual({});
    expect(errors(await validator(worker).validate(sink))).toEqual({});
  });

  it('refuses a promise that connector or worker cannot keep', async () => {
    const props = { ...source, 'exactly.once.support': 'REQUIRED', 'transaction.boundary': 'connector' };
    const disabled = validator(worker, { distributed: true });
    const enabled = validator({ ...worker, 'exactly.once.source.support': 'enabled' }, { distributed: true });

    expect(errors(await disabled.validate({ ...props, 'connector.class': 'ExactlyOnceSource' }))).toEqual({
      'exactly.once.support': ['This worker does not have exactly-once source support enabled.'],
    });
    expect(errors(await enabled.validate({ ...props, 'connector.class': 'ExactlyOnceSource' }))).toEqual({});
    expect(Object.keys(errors(await enabled.validate(props)))).toEqual(['exactly.once.support', 'transaction.boundary']);
  });
});

describe('validation with secrets', () => {
  const transformer = new ConfigTransformer(
    new Map([['v', { configure: () => undefined, get: () => ({ data: { pw: 's3cret', n: '0', u: 'db:1' }, ttlMs: null }) }]]),
  );

  it('checks the resolved values and answers with the references', async () => {
    const infos = await validator({}, { transformer }).validate({
      ...source,
      'connector.class': 'CheckingSource',
      url: 'jdbc:${v:u}',
      password: '${v:pw}',
      'tasks.max': '${v:n}',
    });

    expect(info(infos, 'url')?.value).toMatchObject({ value: 'jdbc:${v:u}', errors: ['Cannot connect as ${v:pw}'] });
    expect(info(infos, 'password')?.value.value).toBe('[hidden]');
    expect(info(infos, 'tasks.max')?.value).toMatchObject({
      value: '${v:n}',
      errors: ['Invalid value ${v:n} for configuration tasks.max: Value must be at least 1'],
    });
    expect(JSON.stringify(infos)).not.toContain('s3cret');
  });

  it('takes them out of an error that a connector throws', async () => {
    const failing = validator({}, { transformer }).validate({ ...source, 'connector.class': 'FailingSource', password: '${v:pw}' });

    await expect(failing).rejects.toThrow('login with ${v:pw} failed');
  });
});

describe('description of a plug-in', () => {
  it('has the connector’s own keys before those of the framework', async () => {
    const keys = await validator().pluginConfig('TableSink');

    expect(keys[0]?.name).toBe('name');
    expect(keys.find(({ name }) => name === 'connector.plugin.version')?.default_value).toBe('1.2.3');
    expect((await validator().pluginConfig('TableSource')).slice(0, 4).map(({ name }) => name)).toEqual([
      'table',
      'password',
      'url',
      'name',
    ]);
  });

  it('has nothing but its own keys for any other plug-in', async () => {
    expect((await validator().pluginConfig('Matches')).map(({ name }) => name)).toEqual(['pattern']);
  });

  it('is refused for a plug-in or a version that is not there', async () => {
    await expect(validator().pluginConfig('Nope')).rejects.toThrow('Unknown plugin Nope.');
    await expect(validator().pluginConfig('TableSink', '9')).rejects.toThrow('matches the version range [9,9]');
  });
});
