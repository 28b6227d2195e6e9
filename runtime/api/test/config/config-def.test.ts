import { describe, expect, it } from 'vitest';
import {
  ConfigDef,
  ConfigException,
  LambdaValidator,
  type Logger,
  NonEmptyString,
  type Password,
  Range,
  ValidList,
  ValidString,
} from '@millrace/api';

const text = { type: 'string', importance: 'high', doc: '' } as const;
const number = { type: 'int', importance: 'high', doc: '' } as const;

describe('ConfigDef.define', () => {
  it('parses a default that is given as text', () => {
    const definition = new ConfigDef().define('size', { ...number, default: ' 5 ' });
    expect(definition.defaultValues).toEqual({ size: 5 });
  });

  it('refuses a default that the validator refuses', () => {
    const define = () => new ConfigDef().define('size', { ...number, default: 0, validator: Range.atLeast(1) });
    expect(define).toThrow('Invalid value 0 for configuration size: Value must be at least 1');
  });

  it('refuses a name that is taken', () => {
    expect(() => new ConfigDef().define('a', text).define('a', number)).toThrow('Configuration a is defined twice.');
  });

  it('fills in what an author leaves out', () => {
    const key = new ConfigDef().define('a', text).configKeys.get('a');
    expect(key).toMatchObject({
      required: true,
      group: null,
      orderInGroup: -1,
      width: 'none',
      displayName: 'a',
      dependents: [],
      internal: false,
    });
    expect(key).not.toHaveProperty('default');
  });

  it('tells a null default from none', () => {
    const definition = new ConfigDef().define('a', { ...text, default: null }).define('b', text);
    expect(definition.defaultValues).toEqual({ a: null });
    expect([...definition.configKeys.values()].map(({ required }) => required)).toEqual([false, true]);
  });
});

describe('ConfigDef.parse', () => {
  it('names the required key that is missing', () => {
    const definition = new ConfigDef().define('topic', text);
    expect(() => definition.parse({})).toThrow('Missing required configuration "topic" which has no default value.');
  });

  it('does not take inherited properties for values', () => {
    expect(new ConfigDef().define('constructor', { ...text, default: 'none' }).parse({})).toEqual({ constructor: 'none' });
  });

  it('says which key is to blame', () => {
    const definition = new ConfigDef().define('size', number);
    try {
      definition.parse({ size: 'x' });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigException);
      expect(error).toMatchObject({ configKey: 'size', message: 'Invalid value x for configuration size: Not a number of type INT' });
    }
  });

  it('takes null for a required key without a validator, as Kafka does', () => {
    expect(new ConfigDef().define('a', text).parse({ a: null })).toEqual({ a: null });
  });

  it('ignores keys that are not defined', () => {
    expect(new ConfigDef().define('a', text).parse({ a: 'x', b: 'y' })).toEqual({ a: 'x' });
  });

  it('drops repeated items under a ValidList and warns', () => {
    const warnings: string[] = [];
    const silent = () => undefined;
    const log: Logger = { error: silent, warn: (message) => warnings.push(message), info: silent, debug: silent };
    const validator = ValidList.anyNonDuplicateValues(true, false);
    const definition = new ConfigDef().define('topics', { type: 'list', importance: 'high', doc: '', validator });
    expect(definition.parse({ topics: 'b,a,b' }, { log })).toEqual({ topics: ['b', 'a'] });
    expect(warnings).toEqual(['Configuration topics repeats items; the repetitions are ignored']);
  });

  it('keeps repeated items under any other validator', () => {
    const definition = new ConfigDef().define('l', { type: 'list', importance: 'high', doc: '' });
    expect(definition.parse({ l: 'a,a' })).toEqual({ l: ['a', 'a'] });
  });

  it('gives every caller a list of its own', () => {
    const definition = new ConfigDef().define('l', { type: 'list', default: 'a', importance: 'high', doc: '' });
    definition.parse({}).l.push('b');
    expect(definition.parse({})).toEqual({ l: ['a'] });
  });

  it('refuses a definition that names dependents which do not exist', () => {
    const definition = new ConfigDef().define('a', { ...text, default: '', dependents: ['b'] });
    expect(() => definition.parse({})).toThrow('Some configurations in are referred in the dependents, but not defined: b');
  });

  it('asks the resolver of the call before that of the definition', () => {
    const definition = new ConfigDef({ classResolver: () => 'from.Definition' }).define('c', {
      type: 'class',
      importance: 'high',
      doc: '',
    });
    expect(definition.parse({ c: 'Alias' })).toEqual({ c: 'from.Definition' });
    expect(definition.parse({ c: 'Alias' }, { classResolver: (name) => `from.call.${name}` })).toEqual({ c: 'from.call.Alias' });
    expect(() => definition.parse({ c: ' Alias ' }, { classResolver: () => null })).toThrow('Class  Alias  could not be found.');
  });
});

describe('ConfigDef.parseValue', () => {
  it('parses one key and leaves the others alone', () => {
    const definition = new ConfigDef().define('a', text).define('size', { ...number, default: 3 });
    expect(definition.parseValue('size', '7')).toBe(7);
    expect(definition.parseValue('size', undefined)).toBe(3);
  });

  it('refuses a name that is not defined', () => {
    expect(() => new ConfigDef().parseValue('a' as never, '')).toThrow('Configuration a is not defined.');
  });
});

describe('ConfigDef.validate', () => {
  const definition = new ConfigDef()
    .define('child', number)
    .define('mode', {
      ...text,
      default: 'on',
      validator: ValidString.in('on', 'off'),
      dependents: ['child'],
      recommender: { validValues: () => ['on', 'off'], visible: () => true },
    })
    .define('secret', { type: 'password', importance: 'high', doc: '', default: null });

  it('reports every key in the order of the definition', () => {
    expect(definition.validate({ child: 'x', mode: 'maybe' }).configValues).toEqual([
      {
        name: 'child',
        value: null,
        recommendedValues: [],
        errorMessages: ['Invalid value x for configuration child: Not a number of type INT'],
        visible: true,
      },
      {
        name: 'mode',
        value: 'maybe',
        recommendedValues: ['on', 'off'],
        errorMessages: ['Invalid value maybe for configuration mode: String must be one of: on, off'],
        visible: true,
      },
      { name: 'secret', value: null, recommendedValues: [], errorMessages: [], visible: true },
    ]);
  });

  it('runs the validator on null after a value could not be parsed', () => {
    const range = new ConfigDef().define('n', { ...number, validator: Range.atLeast(1) });
    expect(range.validateAll({ n: 'x' }).get('n')?.errorMessages).toEqual([
      'Invalid value x for configuration n: Not a number of type INT',
      'Invalid value null for configuration n: Value must be non-null',
    ]);
    expect(range.validateAll({}).get('n')?.errorMessages).toHaveLength(2);
  });

  it('reports repeated items that parse would drop', () => {
    const validator = ValidList.in('a', 'b');
    const list = new ConfigDef().define('l', { type: 'list', importance: 'high', doc: '', validator });
    expect(list.validateAll({ l: 'a,a' }).get('l')?.errorMessages).toEqual(["Configuration 'l' values must not be duplicated."]);
  });

  it('shows an undefined dependent as an invisible error', () => {
    const dangling = new ConfigDef().define('a', { ...text, dependents: ['gone'] });
    expect(dangling.validateAll({ a: '' }).get('gone')).toMatchObject({
      errorMessages: ['gone is referred in the dependents, but not defined.'],
      visible: false,
    });
  });

  it('checks a key with two parents, and keys in a circle, exactly once', () => {
    const seen: string[] = [];
    const validator = LambdaValidator.with(
      (name) => void seen.push(name),
      () => '',
    );
    const diamond = new ConfigDef()
      .define('d', { ...text, default: '', validator })
      .define('b', { ...text, default: '', dependents: ['d'] })
      .define('c', { ...text, default: '', dependents: ['d'] })
      .define('x', { ...text, default: '', validator, dependents: ['y'] })
      .define('y', { ...text, default: '', validator, dependents: ['x'] });
    seen.length = 0;
    diamond.validate({});
    expect(seen).toEqual(['d', 'x', 'y']);
  });

  it('lets a recommender see the parsed values and complain', () => {
    const recommender = {
      validValues: () => {
        throw new ConfigException('the server cannot be reached');
      },
      visible: () => true,
    };
    const asked = new ConfigDef().define('table', { ...text, recommender });
    expect(asked.validateAll({ table: 't' }).get('table')?.errorMessages).toEqual(['the server cannot be reached']);
  });

  it('passes on every error that is no ConfigException', () => {
    const validator = LambdaValidator.with(
      () => {
        throw new RangeError('a bug');
      },
      () => '',
    );
    expect(() => new ConfigDef().define('a', { ...text, validator }).validate({ a: '' })).toThrow(RangeError);
  });

  it('keeps a secret out of sight', () => {
    const value = definition.validateAll({ secret: ' s3cret ' }).get('secret')?.value;
    expect((value as Password).value()).toBe('s3cret');
    expect(JSON.stringify(value)).toBe('"[hidden]"');
  });
});

describe('ConfigDef.embed', () => {
  const inner = new ConfigDef()
    .define('size', { ...number, default: 1, validator: Range.atLeast(1) })
    .define('name', { ...text, validator: new NonEmptyString(), dependents: ['size'], group: 'Who' })
    .define('kind', {
      ...text,
      default: null,
      recommender: { validValues: (name, parsed) => [name, parsed['size']], visible: (_name, parsed) => parsed['outer'] === undefined },
    });
  const outer = new ConfigDef()
    .define('outer', { ...text, default: '' })
    .embed('transforms.a.', { group: 'Transforms: a', startOrder: 3 }, inner);

  it('prefixes names and dependents, numbers the keys and nests their groups', () => {
    const keys = [...outer.configKeys.values()].slice(1);
    expect(keys.map(({ name, group, orderInGroup, dependents }) => [name, group, orderInGroup, dependents])).toEqual([
      ['transforms.a.kind', 'Transforms: a', 3, []],
      ['transforms.a.size', 'Transforms: a', 4, []],
      ['transforms.a.name', 'Transforms: a: Who', 5, ['transforms.a.size']],
    ]);
  });

  it('shows a validator the name without the prefix, and the parser the name with it', () => {
    const values = outer.validateAll({ 'transforms.a.size': '0', 'transforms.a.name': 'x' });
    expect(values.get('transforms.a.size')?.errorMessages).toEqual(['Invalid value 0 for configuration size: Value must be at least 1']);
    expect(() => outer.parse({ 'transforms.a.size': 'x' })).toThrow('Invalid value x for configuration transforms.a.size: ');
  });

  it('shows a recommender only the embedded values', () => {
    const kind = outer.validateAll({ outer: 'x', 'transforms.a.size': '2', 'transforms.a.name': 'n' }).get('transforms.a.kind');
    expect(kind).toMatchObject({ recommendedValues: ['kind', 2], visible: true, errorMessages: [] });
  });

  it('refuses a name that is taken', () => {
    expect(() => outer.embed('transforms.a.', { group: 'g', startOrder: 0 }, inner)).toThrow(ConfigException);
  });
});

describe('ConfigDef.sortedKeys', () => {
  it('goes by group, order in the group, need, importance and name', () => {
    const definition = new ConfigDef()
      .define('z', { ...text, group: 'B', orderInGroup: 1 })
      .define('y', { ...text, group: 'A', orderInGroup: 2 })
      .define('x', { ...text, group: 'B', orderInGroup: 0 })
      .define('low', { ...text, importance: 'low', default: '' })
      .define('b', { ...text, default: '' })
      .define('a', { ...text, default: '' })
      .define('must', { ...text, importance: 'low' });
    expect(definition.groups).toEqual(['B', 'A']);
    expect(definition.names).toEqual(['z', 'y', 'x', 'low', 'b', 'a', 'must']);
    expect(definition.sortedKeys().map(({ name }) => name)).toEqual(['must', 'a', 'b', 'low', 'x', 'z', 'y']);
  });
});
