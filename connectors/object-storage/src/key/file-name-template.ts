import { ConfigException, javaText, type SinkRecord } from '@millrace/api';
import type { Partitioner, TimestampExtractor } from '../partition/partitioner.ts';
import { pathFormat, type PathFormat } from '../partition/path-format.ts';
import type { TimeZone } from '../partition/time-zone.ts';
import type { FileFacts, ObjectKeyer } from './object-keyer.ts';

const variable = /\{\{[ \t]*(\w+)[ \t]*(?::[ \t]*(\w+)[ \t]*=[ \t]*(\w+)[ \t]*)?\}\}/g;
const timeUnits: ReadonlySet<string> = new Set(['yyyy', 'MM', 'dd', 'HH']);
const changelogSets = ['partition,start_offset,topic', 'key,partition,start_offset,topic'];
/** Stands in an encoded partition for the offset, which is known only when the file has its first record. No key can hold it. */
const offsetMark = '\0';

/** Settings of a {@link FileNameTemplate}. */
export interface FileNameTemplateOptions {
  /** `file.name.template`. */
  readonly template: string;
  /** `file.prefix.template`. Default none. */
  readonly prefix?: string;
  /** `file.name.timestamp.timezone`. */
  readonly zone: TimeZone;
  /** `file.name.timestamp.source`: the wall clock or the record's time. */
  readonly timestamp: TimestampExtractor;
}

type Part = (record: SinkRecord) => string;

/**
 * Names by Aiven's templates, `{{topic}}-{{partition:padding=true}}-{{start_offset}}`, with the variables `topic`, `partition`,
 * `start_offset`, `timestamp:unit=yyyy|MM|dd|HH` and `key`. It is partitioner and keyer in one: records with the same name except for
 * the offset share a file. The offset is that of the first record since the last rotation, in whatever file, as Aiven's.
 *
 * A template without `start_offset` would overwrite one object for ever and is refused.
 */
export class FileNameTemplate implements Partitioner, ObjectKeyer {
  readonly isKnownAtStart = true;
  readonly isDeterministic: boolean;
  readonly timestamp: TimestampExtractor;
  readonly #parts: readonly Part[];
  readonly #prefix: string;
  readonly #pad: boolean;
  readonly #usesTime: boolean;

  /** @throws ConfigException for a set of variables that names no files, or a parameter that is unknown. */
  constructor(options: FileNameTemplateOptions) {
    const text = (options.prefix ?? '') + options.template;
    const names = new Set([...text.matchAll(variable)].map(([, name = '']) => name));
    checkVariables(names, options.template);
    this.timestamp = options.timestamp;
    this.#usesTime = names.has('timestamp');
    this.isDeterministic = !this.#usesTime || options.timestamp.isDeterministic;
    this.#pad = [...text.matchAll(variable)].some(([, name, parameter, value]) => name === 'start_offset' && isPadded(parameter, value));
    this.#parts = compile(text, options);
    this.#prefix = text.slice(0, Math.max(0, text.indexOf('{{')));
  }

  encode(record: SinkRecord): string {
    let text = '';
    for (const part of this.#parts) text += part(record);
    return text;
  }

  key(file: FileFacts, extension: string): string {
    const offset = String(file.headOffset).padStart(this.#pad ? 20 : 0, '0');
    return file.encodedPartition.replaceAll(offsetMark, offset) + extension;
  }

  prefix(): string {
    return this.#prefix;
  }
}

function checkVariables(names: ReadonlySet<string>, template: string): void {
  const known = ['key', 'partition', 'start_offset', 'topic'].filter((name) => names.has(name)).join();
  if (changelogSets.includes(known)) return;
  throw ConfigException.invalidValue(
    'file.name.template',
    template,
    'it must hold topic, partition and start_offset, and may hold key and timestamp besides: {{topic}}-{{partition}}-{{start_offset}}',
  );
}

function compile(text: string, options: FileNameTemplateOptions): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(variable)) {
    const [token, name = '', parameter, value] = match;
    if (match.index > end) parts.push(constant(text.slice(end, match.index)));
    parts.push(partOf(name, [parameter, value], options) ?? constant(token));
    end = match.index + token.length;
  }
  if (end < text.length) parts.push(constant(text.slice(end)));
  return parts;
}

function partOf(name: string, [parameter, value]: readonly (string | undefined)[], options: FileNameTemplateOptions): Part | null {
  switch (name) {
    case 'topic':
      return ({ topic }) => topic;
    case 'partition':
      return partitionPart(isPadded(parameter, value) ? 10 : 0);
    case 'start_offset':
      return constant(offsetMark);
    case 'key':
      return ({ key, keySchema }) => (key === null ? 'null' : typeof key === 'string' ? key : javaText(key, keySchema));
    case 'timestamp':
      return timestampPart(parameter === 'unit' ? value : undefined, options);
    default:
      return null;
  }
}

function partitionPart(width: number): Part {
  return ({ kafkaPartition, originalKafkaPartition }) => String(kafkaPartition ?? originalKafkaPartition).padStart(width, '0');
}

function timestampPart(unit: string | undefined, { template, timestamp, zone }: FileNameTemplateOptions): Part {
  if (unit === undefined || !timeUnits.has(unit)) {
    throw ConfigException.invalidValue(
      'file.name.template',
      template,
      'timestamp needs a unit, one of yyyy, MM, dd, HH: {{timestamp:unit=dd}}',
    );
  }
  const format: PathFormat = pathFormat(unit, zone, 'en');
  return (record) => format(timestamp.extract(record));
}

function isPadded(parameter: string | undefined, value: string | undefined): boolean {
  return parameter === 'padding' && value === 'true';
}

function constant(text: string): Part {
  return () => text;
}
