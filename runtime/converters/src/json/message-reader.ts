import { DataException, type Schema, SchemaAndValue, SerializationException } from '@millrace/api';
import { decodeJsonBytes, decodeUtf8, isAsciiFirst } from './decode-json-bytes.ts';
import { EnvelopeCache, type EnvelopePrefix } from './envelope-cache.ts';
import { mayHoldInexactNumber } from './inexact-number.ts';
import { isTooDeep } from './json-depth.ts';
import { Char, JsonScanner } from './json-scanner.ts';
import { missingDocument } from './missing-document.ts';
import type { ReadOptions } from './null-rule.ts';
import { readSchema } from './schema-from-json.ts';
import type { JsonRead } from './schemaless-reader.ts';
import { compileReader } from './value-reader.ts';

/** Stands for malformed UTF-8, or for itself. */
const replacement = '\ufffd';

const notAnEnvelope =
  'JsonConverter with schemas.enable requires "schema" and "payload" fields and may not contain additional fields. ' +
  'If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter configuration.';

/** Where the two parts of an envelope stand in its text. */
interface EnvelopeParts {
  readonly schemaAt: number;
  readonly payloadAt: number;
  /** Whether the payload is the last of exactly two members. */
  readonly isUsual: boolean;
}

/**
 * Reads JSON messages, in any of JsonConverter's three ways. Every method throws a DataException when the message is no JSON or does not
 * fit its schema.
 */
export class MessageReader {
  readonly #options: ReadOptions;
  readonly #scanner = new JsonScanner();
  readonly #envelopes: EnvelopeCache;
  readonly #readers = new WeakMap<Schema, JsonRead>();
  readonly #readSchemaless: JsonRead;

  constructor(options: ReadOptions & { readonly cacheSize: number }) {
    this.#options = options;
    this.#envelopes = new EnvelopeCache(options.cacheSize);
    this.#readSchemaless = compileReader(null, options);
  }

  /** A bare value. An empty message is null. */
  schemaless(message: Buffer): SchemaAndValue {
    if (isAsciiFirst(message)) {
      const value = parseQuickly(message);
      if (value !== undefined) return value === null ? SchemaAndValue.NULL : new SchemaAndValue(null, value);
    }
    try {
      const value = this.#wholeText(decodeJsonBytes(message), this.#readSchemaless) ?? null;
      return value === null ? SchemaAndValue.NULL : new SchemaAndValue(null, value);
    } catch (error) {
      throw notJson(error);
    }
  }

  /** A bare value of a known schema. */
  withSchema(schema: Schema, message: Buffer): SchemaAndValue {
    try {
      const value = this.#wholeText(decodeJsonBytes(message), this.#readerOf(schema));
      return new SchemaAndValue(schema, value === undefined ? missingDocument(schema, this.#options.isStrict) : value);
    } catch (error) {
      throw notJson(error);
    }
  }

  /** A value in an envelope with its schema. */
  envelope(message: Buffer): SchemaAndValue {
    try {
      const prefix = this.#envelopes.find(message);
      const value = prefix === null ? undefined : this.#payload(message, prefix);
      return value === undefined || prefix === null ? this.#wholeEnvelope(message) : new SchemaAndValue(prefix.schema, value);
    } catch (error) {
      throw notJson(error);
    }
  }

  /**
   * A schema in JSON; null for `null`.
   * @throws SerializationException if it is no JSON, DataException if it is no schema.
   */
  schema(text: string): Schema | null {
    this.#scanner.reset(text);
    this.#scanner.skip();
    this.#scanner.reset(text, 0, 1);
    return readSchema(this.#scanner, this.#options);
  }

  /** The value of a whole text; undefined if there is nothing but blanks. */
  #wholeText(text: string, read: JsonRead): unknown {
    const scanner = this.#scanner;
    scanner.reset(text);
    scanner.peek();
    if (scanner.at >= text.length) return undefined;
    const value = read(scanner);
    this.#checkEnd();
    return value;
  }

  /** The payload behind a known beginning, or undefined if more follows than the end of the envelope. */
  #payload(message: Buffer, { bytes, schema, read }: EnvelopePrefix): unknown {
    if (schema === null && message[message.length - 1] === Char.CLOSE_BRACE) return parseQuickly(message.subarray(bytes.length, -1));
    const scanner = this.#scanner;
    scanner.reset(decodeUtf8(message.subarray(bytes.length)), 0, 1);
    const value = read(scanner);
    if (scanner.peek() !== Char.CLOSE_BRACE) return undefined;
    scanner.leave();
    this.#checkEnd();
    return value;
  }

  #wholeEnvelope(message: Buffer): SchemaAndValue {
    const text = decodeJsonBytes(message);
    const scanner = this.#scanner;
    const parts = this.#partsOf(text);
    this.#checkEnd();
    scanner.reset(text, parts.schemaAt, 1);
    const schema = readSchema(scanner, this.#options);
    const read = schema === null ? this.#readSchemaless : this.#readerOf(schema);
    scanner.reset(text, parts.payloadAt, 1);
    const value = read(scanner);
    if (parts.isUsual && isAsciiFirst(message)) {
      this.#envelopes.add(message, Buffer.byteLength(text.slice(0, parts.payloadAt)), { schema, read });
    }
    return new SchemaAndValue(schema, value);
  }

  /** Parses a whole text to the end and finds the parts of the envelope. */
  #partsOf(text: string): EnvelopeParts {
    const scanner = this.#scanner;
    scanner.reset(text);
    const places = new Map<string, number>();
    let count = 0;
    const isObject = scanner.peek() === Char.OPEN_BRACE;
    if (!isObject && scanner.at < text.length) scanner.skip();
    if (isObject && scanner.enter(Char.CLOSE_BRACE)) {
      do {
        const name = scanner.key();
        scanner.peek();
        places.set(name, scanner.at);
        count += 1;
        scanner.skip();
      } while (scanner.more(Char.CLOSE_BRACE));
    }
    const schemaAt = places.get('schema');
    const payloadAt = places.get('payload');
    if (places.size !== 2 || schemaAt === undefined || payloadAt === undefined) throw new DataException(notAnEnvelope);
    return { schemaAt, payloadAt, isUsual: count === 2 && schemaAt < payloadAt };
  }

  #readerOf(schema: Schema): JsonRead {
    let read = this.#readers.get(schema);
    if (read === undefined) {
      read = compileReader(schema, this.#options);
      this.#readers.set(schema, read);
    }
    return read;
  }

  /** Jackson ignores what follows the document. */
  #checkEnd(): void {
    if (!this.#options.isStrict) return;
    const scanner = this.#scanner;
    scanner.peek();
    if (scanner.at < scanner.text.length) throw scanner.unexpected('the end of the document');
  }
}

/** What `JSON.parse` makes of a document in UTF-8, unless it refuses it or might give something else than Jackson: then undefined. */
function parseQuickly(bytes: Buffer): unknown {
  const text = bytes.toString();
  if (mayHoldInexactNumber(text) || text.includes(replacement) || isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Turns an error of the syntax into the one that JsonConverter gives. */
function notJson(error: unknown): unknown {
  if (!(error instanceof SerializationException)) return error;
  return new DataException(`Converting byte[] to Kafka Connect data failed due to serialization error: ${error.message}`, { cause: error });
}
