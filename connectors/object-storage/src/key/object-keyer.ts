/** What the name of an object is made of. */
export interface FileFacts {
  readonly topic: string;
  readonly kafkaPartition: number;
  /** From the partitioner. */
  readonly encodedPartition: string;
  /** Offset of the file's first record. */
  readonly startOffset: number;
  /** Offset of the file's last record. */
  readonly endOffset: number;
  /** Offset of the first record of any file of this topic partition since the last rotation. */
  readonly headOffset: number;
}

/** Names objects. */
export interface ObjectKeyer {
  /**
   * The object's key.
   * @param extension with its dot, such as `.json.gz`; may be empty
   */
  key(file: FileFacts, extension: string): string;
  /** What all keys of a topic begin with: where to look for what earlier runs left behind. */
  prefix(topic: string): string;
  /** Whether the key can be told before the last record is known, which lets parts be uploaded while the file grows. */
  readonly isKnownAtStart: boolean;
}
