import { DataException, type Schema, SchemaAndValue, SerializationException } from '@millrace/api';
import { decodeJsonBytes, decodeUtf8, isAsciiFirst } from './decode-json-bytes.ts';
import { EnvelopeCache, type EnvelopePrefix } from './envelope-cache.ts';
import { hasInexactNumber } from './inexact-number.ts';
import { isTooDeep } from './json-depth.ts';
import { Char, JsonScanner } from './json-scanner.ts';
import { missingDocument } from './missing-document.ts';
import type { ReadOptions } from './null-rule.ts';
import { readSchema } from './schema-from-json.ts';
import type { JsonRead } from './schemaless-reader.ts';
import { compileReader } from './value-reader.ts';

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
    const value = wrapped(() => this.#schemalessValue(message));
    return value === null ? SchemaAndValue.NULL : new SchemaAndValue(null, value);
  }

  /** A bare value of a known schema. */
  withSchema(schema: Schema, message: Buffer): SchemaAndValue {
    return wrapped(() => {
      const value = this.#wholeText(decodeJsonBytes(message), this.#readerOf(schema));
      return new SchemaAndValue(schema, value === undefined ? missingDocument(schema, this.#options.isStrict) : value);
    });
  }

  /** A value in an envelope with its schema. */
  envelope(message: Buffer): SchemaAndValue {
    return wrapped(() => {
      const prefix = this.#envelopes.find(message);
      const value = prefix === null ? undefined : this.#payload(message, prefix);
      return value === undefined || prefix === null ? this.#wholeEnvelope(message) : new SchemaAndValue(prefix.schema, value);
    });
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

  #schemalessValue(message: Buffer): unknown {
    const text = decodeJsonBytes(message);
    if (isAsciiFirst(message) && !hasInexactNumber(text, message) && !isTooDeep(text)) {
      try {
        return JSON.parse(text);
      } catch {
        // Jackson may accept it all the same.
      }
    }
    return this.#wholeText(text, this.#readSchemaless) ?? null;
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
    if (schema === null) return this.#schemalessPayload(message, bytes.length);
    const scanner = this.#scanner;
    scanner.reset(decodeUtf8(message.subarray(bytes.length)), 0, 1);
    const value = read(scanner);
    if (scanner.peek() !== Char.CLOSE_BRACE) return undefined;
    scanner.leave();
    this.#checkEnd();
    return value;
  }

  #schemalessPayload(message: Buffer, start: number): unknown {
    const end = message.length - 1;
    if (message[end] !== Char.CLOSE_BRACE) return undefined;
    const payload = message.subarray(start, end);
    const text = decodeUtf8(payload);
    if (hasInexactNumber(text, payload) || isTooDeep(text)) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
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

/** Runs a step and turns an error of the syntax into the one that JsonConverter gives. */
function wrapped<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SerializationException)) throw error;
    throw new DataException(`Converting byte[] to Kafka Connect data failed due to serialization error: ${error.message}`, {
      cause: error,
    });
  }
}
