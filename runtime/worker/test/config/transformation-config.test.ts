import { describe, expect, it } from 'vitest';
import { converterConfig } from '../../src/config/converter-config.ts';
import { predicateConfigs, transformationConfigs } from '../../src/config/transformation-config.ts';

describe('transformations of a connector', () => {
  it('come in the order of their list, with the keys under their prefix', () => {
    const configs = transformationConfigs({
      transforms: 'b, a',
      'transforms.a.type': 'A',
      'transforms.b.type': 'B',
      'transforms.b.field': 'x',
      'transforms.b.predicate': 'p',
      'transforms.b.negate': 'true',
      'predicates.p.type': 'P',
    });

    expect(configs.map(({ alias, type, predicate, negate }) => [alias, type, predicate, negate])).toEqual([
      ['b', 'B', 'p', true],
      ['a', 'A', null, false],
    ]);
    expect(configs[0]?.config).toMatchObject({ field: 'x' });
  });

  it('refuse a predicate that is not defined, rather than to transform every record', () => {
    expect(() => transformationConfigs({ transforms: 'a', 'transforms.a.type': 'A', 'transforms.a.predicate': 'q' })).toThrow(
      "Transformation a refers to the predicate 'q', which is not defined: set predicates.q.type",
    );
  });

  it('refuse to negate nothing', () => {
    expect(() => transformationConfigs({ transforms: 'a', 'transforms.a.type': 'A', 'transforms.a.negate': 'true' })).toThrow(
      "Config 'transforms.a.negate' was provided but there is no config 'transforms.a.predicate' defining a predicate to be negated.",
    );
  });

  it('bring along predicates that only a transformation refers to', () => {
    const props = {
      predicates: 'listed',
      'predicates.listed.type': 'L',
      'predicates.used.type': 'U',
      'predicates.used.pattern': 'x',
      transforms: 'a',
      'transforms.a.type': 'A',
      'transforms.a.predicate': 'used',
    };

    expect(predicateConfigs(props).map(({ alias, type }) => [alias, type])).toEqual([
      ['listed', 'L'],
      ['used', 'U'],
    ]);
  });
});

describe('converter of a task', () => {
  const worker = { 'key.converter': 'WorkerConverter', 'key.converter.schemas.enable': 'false' };

  it('is the worker’s with the worker’s settings when the connector names none', () => {
    expect(converterConfig({ 'key.converter.schemas.enable': 'true' }, worker, 'key.converter')).toEqual({
      className: 'WorkerConverter',
      config: { 'schemas.enable': 'false' },
    });
  });

  it('is the connector’s without any of the worker’s settings when it names one', () => {
    expect(converterConfig({ 'key.converter': 'Own' }, worker, 'key.converter')).toEqual({ className: 'Own', config: {} });
  });

  it('is the simple one for headers when nobody names one', () => {
    expect(converterConfig({}, {}, 'header.converter').className).toBe('org.apache.kafka.connect.storage.SimpleHeaderConverter');
  });
});
