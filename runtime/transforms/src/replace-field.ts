import {
  ClassCastException,
  ConfigDef,
  ConfigException,
  type ConnectRecord,
  DataException,
  type Field,
  javaClassOf,
  javaHashOrder,
  NullPointerException,
  type PluginConfig,
  type Schema,
  SchemaBuilder,
  Struct,
  type Transformation,
  ValidList,
} from '@millrace/api';
import { javaSplit } from './java/java-split.ts';
import { type Half, KEY, VALUE } from './record/half.ts';
import { requireMap, requireStruct } from './record/requirements.ts';
import { SchemaCache } from './record/schema-cache.ts';
import { type SchemalessMap, setEntry } from './record/schemaless-map.ts';
import { gatherValues } from './record/struct-values.ts';
import { REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault } from './replace-null-with-default.ts';

const PURPOSE = 'field replacement';

const CONFIG = new ConfigDef()
  .define('exclude', {
    type: 'list',
    default: [],
    importance: 'medium',
    validator: ValidList.anyNonDuplicateValues(true, false),
    doc: 'Fields to leave out; this wins over include.',
  })
  .define('include', {
    type: 'list',
    default: [],
    importance: 'medium',
    validator: ValidList.anyNonDuplicateValues(true, false),
    doc: 'Fields to keep; when empty, all are kept.',
  })
  .define('renames', {
    type: 'list',
    default: [],
    importance: 'medium',
    validator: {
      ensureValid: (name, value) => {
        if (value !== null) renamesOf(name, value as readonly string[]);
      },
      toString: () => 'list of colon-delimited pairs, e.g. <code>foo:bar,abc:xyz</code>',
    },
    doc: 'Fields to rename, as old:new pairs. The names of include and exclude are the old ones.',
  })
  .define(REPLACE_NULL_WITH_DEFAULT, replaceNullWithDefault);

/** What becomes of one struct schema. */
interface Program {
  readonly target: Schema;
  /** By index of the target: the field of the source whose value goes there. */
  readonly sources: readonly Field[];
  /** Whether every value goes to a field of its own schema, so that none can fail to fit. */
  readonly isExact: boolean;
}

/**
 * Leaves out and renames fields. As `org.apache.kafka.connect.transforms.ReplaceField`.
 * The new struct schema is neither optional nor has it a default.
 */
abstract class ReplaceField implements Transformation {
  readonly #half: Half;
  #excluded: ReadonlySet<string> = new Set();
  #included: ReadonlySet<string> = new Set();
  #renames: ReadonlyMap<string, string> = new Map();
  #replaceNull = true;
  readonly #programs = new SchemaCache((schema) => this.#programOf(schema));

  constructor(half: Half) {
    this.#half = half;
  }

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    const parsed = CONFIG.parse(config);
    // A user may write null, which the definition lets through.
    if (parsed.renames === null) throw new NullPointerException('renames must not be null; leave it out to rename nothing');
    this.#excluded = new Set(parsed.exclude);
    this.#included = new Set(parsed.include);
    this.#renames = renamesOf('renames', parsed.renames);
    this.#replaceNull = parsed['replace.null.with.default'];
    this.#programs.clear();
  }

  /**
   * @throws DataException if the half is neither a map nor a struct nor null.
   * @throws SchemaBuilderException if two fields of a struct would have the same name.
   */
  apply<R extends ConnectRecord<R>>(record: R): R {
    const { schema, value } = this.#half.of(record);
    if (value === null) return record;
    if (schema === null) return this.#half.replaced(record, null, this.#replacedMap(requireMap(value, PURPOSE)));
    const struct = requireStruct(value, PURPOSE);
    const program = this.#programs.get(struct.schema);
    const values = gatherValues(struct.values, program.sources, this.#replaceNull);
    if (!program.isExact) conformAll(program.target, values);
    return this.#half.replaced(record, program.target, new Struct(program.target, values));
  }

  #replacedMap(map: SchemalessMap): SchemalessMap {
    if (map instanceof Map) {
      const replaced = new Map<unknown, unknown>();
      for (const [key, value] of map) {
        const name = requireText(key);
        if (this.#isKept(name)) replaced.set(this.#renamed(name), value);
      }
      return replaced;
    }
    const entries: Record<string, unknown> = {};
    for (const name of Object.keys(map)) {
      if (!this.#isKept(name)) continue;
      const renamed = this.#renamed(name);
      if (renamed === '__proto__') setEntry(entries, renamed, map[name]);
      else entries[renamed] = map[name];
    }
    return entries;
  }

  #isKept(name: string): boolean {
    return !this.#excluded.has(name) && (this.#included.size === 0 || this.#included.has(name));
  }

  #renamed(name: string): string {
    return this.#renames.get(name) ?? name;
  }

  #programOf(source: Schema): Program {
    const builder = SchemaBuilder.from(source, ['optional', 'defaultValue', 'fields']);
    for (const { name, schema } of source.fields) {
      if (this.#isKept(name)) builder.field(this.#renamed(name), schema);
    }
    const target = builder.build();
    // Kafka looks the value up by the reversed rename, also for a field that had its name from the start.
    const oldNames = new Map(javaHashOrder(this.#renames.keys()).map((old) => [this.#renamed(old), old]));
    const sources = target.fields.map(({ name }) => {
      const old = oldNames.get(name) ?? name;
      return source.field(old) ?? noSuchField(old, name);
    });
    return { target, sources, isExact: sources.every((field, index) => field.schema === target.fields[index]?.schema) };
  }
}

function renamesOf(key: string, mappings: readonly string[]): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  for (const mapping of mappings) {
    const parts = javaSplit(mapping, ':');
    if (parts.length !== 2) throw ConfigException.invalidValue(key, `[${mappings.join(', ')}]`, `Invalid rename mapping: ${mapping}`);
    renames.set(parts[0] as string, parts[1] as string);
  }
  return renames;
}

function requireText(key: unknown): string {
  if (typeof key === 'string') return key;
  throw new ClassCastException(`Keys of a map must be texts for [${PURPOSE}], found: ${javaClassOf(key)}`);
}

function noSuchField(old: string, name: string): never {
  throw new DataException(`${old} is not a valid field name: renames maps it to ${name}, and the struct has only a field ${name}`);
}

function conformAll(schema: Schema, values: unknown[]): void {
  for (const { index, name, schema: fieldSchema } of schema.fields) {
    values[index] = fieldSchema.conform(values[index], `field: "${name}"`);
  }
}

/** {@link ReplaceField} on record keys. */
export class ReplaceFieldKey extends ReplaceField {
  constructor() {
    super(KEY);
  }
}

/** {@link ReplaceField} on record values. */
export class ReplaceFieldValue extends ReplaceField {
  constructor() {
    super(VALUE);
  }
}
