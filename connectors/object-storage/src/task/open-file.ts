import { DataException, type Schema, SchemaAndValue, type SinkRecord } from '@millrace/api';
import { extensionOf, type FileView } from '../encode/file-view.ts';
import type { FileEncoder } from '../encode/file-format.ts';
import type { FileFacts, ObjectKeyer } from '../key/object-keyer.ts';
import type { UploadOutcome } from '../upload/object-upload.ts';
import { PartAssembler } from '../upload/part-assembler.ts';
import type { UploadContext } from '../upload/upload-context.ts';

interface Body {
  readonly view: FileView;
  readonly encoder: FileEncoder;
  readonly parts: PartAssembler;
}

/** What a file is opened with. */
export interface OpenFileOptions {
  readonly context: UploadContext;
  readonly keyer: ObjectKeyer;
  readonly views: readonly FileView[];
  /** All but the end. */
  readonly facts: Omit<FileFacts, 'endOffset'>;
  /** Of the values. */
  readonly schema: Schema | null;
}

/** The objects of one encoded partition that are being filled: one, or two or three when keys and headers are stored. */
export class OpenFile {
  readonly schema: Schema | null;
  readonly startOffset: number;
  readonly #keyer: ObjectKeyer;
  readonly #facts: Omit<FileFacts, 'endOffset'>;
  readonly #bodies: readonly Body[];
  #endOffset: number;
  #recordCount = 0;
  #isEncoded = false;

  constructor({ context, keyer, views, facts, schema }: OpenFileOptions) {
    this.schema = schema;
    this.startOffset = facts.startOffset;
    this.#endOffset = facts.startOffset;
    this.#keyer = keyer;
    this.#facts = facts;
    this.#bodies = views.map((view) => {
      const key = keyer.isKnownAtStart ? keyer.key({ ...facts, endOffset: facts.startOffset }, extensionOf(view)) : null;
      const { codec } = view;
      const { contentType } = view.format;
      const parts = new PartAssembler({ context, codec, contentType, key, startOffset: facts.startOffset });
      return { view, encoder: view.format.open(view.isOfValues ? schema : null), parts };
    });
  }

  get endOffset(): number {
    return this.#endOffset;
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /** Encoded bytes before compression. */
  get byteCount(): number {
    return this.#bodies.reduce((sum, { parts }) => sum + parts.byteCount, 0);
  }

  get memoryBytes(): number {
    return this.#bodies.reduce((sum, { parts }) => sum + parts.memoryBytes, 0);
  }

  /**
   * Appends a record to each of the objects.
   * @param value in the schema of the file
   * @throws DataException if one part of the record cannot be written; then none is
   */
  write(record: SinkRecord, value: unknown, offset: number): void {
    const pieces: [PartAssembler, Uint8Array[]][] = [];
    const [only] = this.#bodies;
    if (this.#bodies.length === 1 && only !== undefined) {
      // Formats append nothing before they know that they can write all.
      only.encoder.write(this.#selected(only.view, record, value), only.parts);
    } else {
      for (const { encoder, parts, view } of this.#bodies) {
        const bytes: Uint8Array[] = [];
        encoder.write(this.#selected(view, record, value), { append: (piece) => bytes.push(piece) });
        pieces.push([parts, bytes]);
      }
    }
    for (const [parts, bytes] of pieces) for (const piece of bytes) parts.append(piece);
    this.#endOffset = offset;
    this.#recordCount += 1;
  }

  /** Writes the objects one after another, values first. May be called again after a failure. @throws StoreError */
  async finish(): Promise<UploadOutcome> {
    await this.#encodeEnds();
    for (const { view, parts } of this.#bodies) {
      const outcome = await parts.finish({
        key: this.#keyer.key({ ...this.#facts, endOffset: this.#endOffset }, extensionOf(view)),
        startOffset: this.startOffset,
        endOffset: this.#endOffset,
        recordCount: this.#recordCount,
      });
      if (outcome.kind !== 'stored') return outcome;
    }
    return { kind: 'stored' };
  }

  /** The key of the first of the objects. */
  get key(): string {
    const [first] = this.#bodies;
    return this.#keyer.key({ ...this.#facts, endOffset: this.#endOffset }, first === undefined ? '' : extensionOf(first.view));
  }

  get objectCount(): number {
    return this.#bodies.length;
  }

  /** Moves what waits in memory to files of this machine. */
  async spill(): Promise<void> {
    for (const { parts } of this.#bodies) await parts.spill();
  }

  /** Tries uploads again that failed while the file was open. */
  resume(): void {
    for (const { parts } of this.#bodies) parts.resume();
  }

  /** Gives everything up. Never rejects. */
  async abort(): Promise<void> {
    await Promise.all(this.#bodies.map(({ parts }) => parts.abort()));
  }

  #selected(view: FileView, record: SinkRecord, value: unknown): SchemaAndValue {
    if (!view.isOfValues) return presentIn(view, view.select(record));
    return value === record.value ? record.valueAndSchema : new SchemaAndValue(this.schema, value);
  }

  async #encodeEnds(): Promise<void> {
    if (this.#isEncoded) return;
    this.#isEncoded = true;
    for (const { encoder, parts } of this.#bodies) await encoder.finish?.(parts);
  }
}

/** Files of the same records must have a line for each. */
function presentIn(view: FileView, selected: SchemaAndValue): SchemaAndValue {
  if (selected.value !== null) return selected;
  throw new DataException(
    `There is nothing for the ${view.infix} file: with store.kafka.keys a record needs a key, with store.kafka.headers a header`,
  );
}
