import { describe, expect, expectTypeOf, it } from 'vitest';
import { ConfigDef, type Parsed, type Password } from '@millrace/api';

const common = { importance: 'high', doc: '' } as const;

const CONFIG = new ConfigDef()
  .define('required', { type: 'string', ...common })
  .define('size', { type: 'int', default: 2000, ...common })
  .define('size.as.text', { type: 'int', default: '2000', ...common })
  .define('offset', { type: 'long', default: null, ...common })
  .define('ratio', { type: 'double', default: 0.5, ...common })
  .define('enabled', { type: 'boolean', default: false, ...common })
  .define('columns', { type: 'list', default: ['a', 'b'], ...common })
  .define('password', { type: 'password', default: null, ...common })
  .define('converter', { type: 'class', default: null, ...common });

describe('The type of a parsed configuration', () => {
  const config = CONFIG.parse({ required: 'x' });

  it('has the type of each key', () => {
    expectTypeOf(config.required).toEqualTypeOf<string>();
    expectTypeOf(config.size).toEqualTypeOf<number>();
    expectTypeOf(config['size.as.text']).toEqualTypeOf<number>();
    expectTypeOf(config.ratio).toEqualTypeOf<number>();
    expectTypeOf(config.enabled).toEqualTypeOf<boolean>();
    expectTypeOf(config.columns).toEqualTypeOf<string[]>();
    expect(config).toMatchObject({ size: 2000, 'size.as.text': 2000, columns: ['a', 'b'], enabled: false });
  });

  it('is nullable exactly where the default is null', () => {
    expectTypeOf(config.offset).toEqualTypeOf<number | bigint | null>();
    expectTypeOf(config.password).toEqualTypeOf<Password | null>();
    expectTypeOf(config.converter).toEqualTypeOf<string | null>();
    expect(config.offset).toBeNull();
  });

  it('does not have a key that is not defined', () => {
    expectTypeOf(config).not.toHaveProperty('sizes');
    expectTypeOf<keyof Parsed<typeof CONFIG>>().toEqualTypeOf<
      'required' | 'size' | 'size.as.text' | 'offset' | 'ratio' | 'enabled' | 'columns' | 'password' | 'converter'
    >();
  });

  it('is read-only under its own name', () => {
    expectTypeOf<Parsed<typeof CONFIG>>().toHaveProperty('size').toEqualTypeOf<number>();
    expectTypeOf<{ readonly a: string }>().toEqualTypeOf<Parsed<ConfigDef<{ a: string }>>>();
  });

  it('carries embedded keys under their prefix', () => {
    const outer = new ConfigDef().embed('inner.', { group: 'Inner', startOrder: 0 }, CONFIG);
    expectTypeOf(outer.parse({ 'inner.required': '' })['inner.offset']).toEqualTypeOf<number | bigint | null>();
  });

  it('types a single value', () => {
    expectTypeOf(CONFIG.parseValue('size', '1')).toEqualTypeOf<number>();
    // @ts-expect-error There is no such key.
    expect(() => CONFIG.parseValue('sizes', '1')).toThrow('Configuration sizes is not defined.');
  });

  it('refuses a default of another type', () => {
    // @ts-expect-error A number is no boolean.
    expect(() => new ConfigDef().define('b', { type: 'boolean', default: 5, ...common })).toThrow(
      'Expected value to be either true or false',
    );
  });

  it('fits wherever any definition does', () => {
    expectTypeOf(CONFIG).toExtend<ConfigDef>();
  });
});
