import type { FileFacts, ObjectKeyer } from './object-keyer.ts';

const width = 16;

/**
 * Names of IBM's COS sink, `orders/3/0000000000000120-0000000000000129`: first and last offset. A file with another end is another
 * object, so it is never replaced, and overlaps instead. With a partitioner its directory comes behind the partition.
 */
export class IbmKeyer implements ObjectKeyer {
  readonly isKnownAtStart = false;
  readonly #prefix: string;

  /** @param prefix put before every key as it is. Default none, as IBM's. */
  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  key(file: FileFacts, extension: string): string {
    const directory = file.encodedPartition === '' ? '' : `${file.encodedPartition}/`;
    return `${this.prefix(file.topic)}${file.kafkaPartition}/${directory}${padded(file.startOffset)}-${padded(file.endOffset)}${extension}`;
  }

  prefix(topic: string): string {
    return `${this.#prefix}${topic}/`;
  }
}

function padded(offset: number): string {
  return String(offset).padStart(width, '0');
}
