import {
  CaseInsensitiveValidString,
  ConfigException,
  type Field,
  IllegalArgumentException,
  NullPointerException,
  type Schema,
  type Struct,
} from '@millrace/api';
import { readNull } from './field-null.ts';
import { requireMapOrNull, requireStructOrNull } from './requirements.ts';
import { entry, type SchemalessMap } from './schemaless-map.ts';

/** Key of `field.syntax.version` (KIP-821). */
export const FIELD_SYNTAX_VERSION = 'field.syntax.version';

/** Its definition. */
export const fieldSyntaxVersion = {
  type: 'string',
  default: 'V1',
  importance: 'high',
  validator: CaseInsensitiveValidString.in('V1', 'V2'),
  doc:
    'How field names are read. V1: the text is the name of one field. V2: names of nested fields are separated by dots; a name that ' +
    'holds a dot stands in backticks, and a backtick before a dot inside it is escaped by a backslash.',
} as const;

const PURPOSE = 'nested field access';

/** The way to one field, nested or not, as `org.apache.kafka.connect.transforms.field.SingleFieldPath`. */
export class SingleFieldPath {
  /** As configured. */
  readonly path: string;
  /** Names from the outside in. An empty V2 path has none, and then nothing can be looked up. */
  readonly steps: readonly string[];

  /**
   * @param version `V1` or `V2`, in upper or lower case
   * @throws ConfigException if a backtick of a V2 path has no partner.
   * @throws NullPointerException if a V2 path is null.
   */
  constructor(path: string | null, version: string) {
    const isNested = version.toUpperCase() === 'V2';
    if (path === null && isNested) throw new NullPointerException('A field path of syntax V2 must not be null');
    this.path = path as string;
    this.steps = isNested ? nestedSteps(this.path) : [this.path];
  }

  /**
   * The field that this path leads to in a schema, or null.
   * @throws DataException if the path goes through something that is no struct.
   */
  fieldFrom(schema: Schema): Field | null {
    this.#requireSteps();
    let current = schema;
    let field: Field | null = null;
    for (const step of this.steps) {
      field = current.field(step);
      if (field === null) return null;
      current = field.schema;
    }
    return field;
  }

  /**
   * The value at the end of this path in runtime form; null where a step is missing or null.
   * @throws DataException if the path goes through something that is no struct.
   */
  valueFromStruct(struct: Struct | null, replaceNullWithDefault: boolean): unknown {
    this.#requireSteps();
    let current: unknown = struct;
    for (const step of this.steps) {
      const container = requireStructOrNull(current, PURPOSE);
      const field = container?.schema.field(step) ?? null;
      if (container === null || field === null) return null;
      current = container.values[field.index] ?? readNull(field, replaceNullWithDefault);
    }
    return current;
  }

  /**
   * The value at the end of this path; null where a step is missing or null.
   * @throws DataException if the path goes through something that is no map.
   */
  valueFromMap(map: SchemalessMap | null): unknown {
    this.#requireSteps();
    let current: unknown = map;
    for (const step of this.steps) {
      const container = requireMapOrNull(current, PURPOSE);
      if (container === null) return null;
      current = entry(container, step);
    }
    return current;
  }

  #requireSteps(): void {
    if (this.steps.length === 0) throw new IllegalArgumentException(`The field path is empty: "${this.path}"; name the field`);
  }
}

function nestedSteps(path: string): string[] {
  const steps: string[] = [];
  let position = 0;
  while (position < path.length) {
    const step = path[position] === '`' ? quotedStep(path, position) : bareStep(path, position);
    steps.push(step.name);
    position = step.next;
  }
  if (path.endsWith('.')) steps.push('');
  return steps;
}

/** A step and where the one after it begins. */
interface Step {
  readonly name: string;
  readonly next: number;
}

function bareStep(path: string, start: number): Step {
  const dot = path.indexOf('.', start);
  const end = dot < 0 ? path.length : dot;
  return { name: path.slice(start, end), next: end + 1 };
}

/** A step in backticks. Only a backtick before a dot or at the end can close it, and only if no backslash stands before it. */
function quotedStep(path: string, start: number): Step {
  let name = '';
  let copied = start + 1;
  let backtick = path.indexOf('`', copied);
  while (backtick >= 0) {
    const isLast = backtick === path.length - 1;
    const isEscaped = path[backtick - 1] === '\\';
    if (isLast && isEscaped) break;
    if (isLast || (path[backtick + 1] === '.' && !isEscaped)) {
      return { name: name + path.slice(copied, backtick), next: backtick + 2 };
    }
    if (path[backtick + 1] === '.') {
      name += `${path.slice(copied, backtick - 1)}\``;
      copied = backtick + 1;
    }
    backtick = path.indexOf('`', backtick + 1);
  }
  throw new ConfigException(
    `Incomplete backtick pair in path: [${path}], consider adding a backslash before backtick at position ${start} to escape it`,
  );
}
