import { ConnectException } from '@millrace/api';
import { storeErrorOf } from '../store/store-error.ts';
import type { Semaphore } from '../upload/semaphore.ts';
import type { HeldRecords } from './held-records.ts';
import type { OpenFile } from './open-file.ts';

/** Files that were closed together. Their offsets may be committed when the store has all of them. */
export interface Generation {
  /** Files by directory, in the order in which they were opened. */
  readonly files: readonly { readonly directory: string; readonly file: OpenFile }[];
  /** Offset behind the last record of all. */
  readonly nextOffset: number;
}

/** How files are treated whose key is taken by another object. */
export interface ConflictRule {
  /** Whether the same records always make the same files, so that another object under the key is a contradiction. */
  readonly isDeterministic: boolean;
  /** Whether a record's directory is the same on every run, so that what is there can be left out. */
  readonly hasFixedDirectories: boolean;
}

/** Why the queue stands still. */
export type Standstill =
  | { readonly kind: 'failed'; readonly error: Error; readonly isRetriable: boolean }
  /** Files were lost or are partly there: all records behind the last committed offset have to be read again. */
  | { readonly kind: 'rewind' };

/** Writes generations of one topic partition one after another; files of one generation at the same time. */
export class UploadQueue {
  readonly #finishing: Semaphore;
  readonly #held: HeldRecords;
  readonly #conflicts: ConflictRule;
  readonly #generations: Generation[] = [];
  readonly #stored = new Set<OpenFile>();
  #storedOffset: number | null = null;
  #work: Promise<void> | null = null;
  #standstill: Standstill | null = null;

  constructor(finishing: Semaphore, held: HeldRecords, conflicts: ConflictRule) {
    this.#finishing = finishing;
    this.#held = held;
    this.#conflicts = conflicts;
  }

  /** Offset behind the last generation that the store has; null before the first one. */
  get storedOffset(): number | null {
    return this.#storedOffset;
  }

  get isEmpty(): boolean {
    return this.#generations.length === 0;
  }

  get standstill(): Standstill | null {
    return this.#standstill;
  }

  /** Files that are not stored yet. */
  get files(): readonly OpenFile[] {
    return this.#generations.flatMap(({ files }) => files.map(({ file }) => file)).filter((file) => !this.#stored.has(file));
  }

  add(generation: Generation): void {
    this.#generations.push(generation);
    this.#start();
  }

  /** Resolves when everything is stored or the queue stands still. Never rejects. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** Goes on after a failure. */
  resume(): void {
    if (this.#standstill?.kind === 'failed') this.#standstill = null;
    this.#start();
  }

  /** Gives everything up that is not stored. Never rejects. */
  async abort(): Promise<void> {
    const files = this.files;
    this.#generations.length = 0;
    this.#standstill = null;
    await Promise.all(files.map((file) => file.abort()));
    await this.#work;
    this.#standstill = null;
    this.#stored.clear();
  }

  #start(): void {
    if (this.#work !== null || this.#standstill !== null || this.isEmpty) return;
    this.#work = this.#run().then(() => {
      this.#work = null;
      // Something may have been added since the last look.
      this.#start();
    });
  }

  async #run(): Promise<void> {
    for (let generation = this.#generations[0]; generation !== undefined; generation = this.#generations[0]) {
      const verdict = await this.#write(generation);
      if (verdict !== null || this.#generations[0] !== generation) {
        this.#standstill = verdict;
        return;
      }
      // Invariant 1: an offset may be committed once every file before it is in the store, and not before.
      this.#storedOffset = generation.nextOffset;
      for (const { file } of generation.files) this.#stored.delete(file);
      this.#held.forgetBefore(generation.nextOffset);
      this.#generations.shift();
    }
  }

  async #write({ files }: Generation): Promise<Standstill | null> {
    const verdicts = await Promise.all(files.map(({ directory, file }) => this.#writeFile(directory, file)));
    const failures = verdicts.filter((verdict) => verdict !== null);
    return failures.find((verdict) => verdict.kind === 'failed' && !verdict.isRetriable) ?? failures.find(isRewind) ?? failures[0] ?? null;
  }

  async #writeFile(directory: string, file: OpenFile): Promise<Standstill | null> {
    if (this.#stored.has(file)) return null;
    try {
      const outcome = await this.#finishing.run(() => file.finish());
      if (outcome.kind === 'lost') return { kind: 'rewind' };
      const end = outcome.kind === 'stored' ? file.endOffset : this.#heldEnd(file, outcome.endOffset);
      this.#stored.add(file);
      const { isDeterministic, hasFixedDirectories } = this.#conflicts;
      // Where files are always the same, they are written again as they were: leaving records out would make others.
      if (!isDeterministic && hasFixedDirectories) this.#held.add(directory, file.startOffset, end);
      return end === file.endOffset ? null : { kind: 'rewind' };
    } catch (error) {
      const failure = storeErrorOf(error);
      return { kind: 'failed', error: failure, isRetriable: failure.isRetriable };
    }
  }

  /** Up to where the object under the file's key holds the file's records. @throws ConnectException if that cannot be told. */
  #heldEnd(file: OpenFile, endOffset: number | null): number {
    const { isDeterministic, hasFixedDirectories } = this.#conflicts;
    const isKnown = !isDeterministic && hasFixedDirectories && endOffset !== null && endOffset >= file.startOffset;
    if (isKnown && file.objectCount === 1) return endOffset;
    const reason = isDeterministic
      ? 'the same records made another file before: the configuration was changed, or another connector writes here'
      : 'it does not tell which of these records it holds';
    throw new ConnectException(
      `${file.key} exists and is not the object that offsets ${file.startOffset} to ${file.endOffset} make: ${reason}. ` +
        'Nothing was replaced. Move the object away, write under another prefix, or set enable.conditional.writes=false to replace it',
    );
  }
}

function isRewind(verdict: Standstill): boolean {
  return verdict.kind === 'rewind';
}
