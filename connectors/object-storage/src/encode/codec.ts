/** Compresses an object piece by piece. The pieces follow each other in one object, and the same pieces give the same bytes. */
export interface Codec {
  /** @param isFirst whether the object begins with this piece */
  compress(piece: Buffer, isFirst: boolean): Promise<Buffer>;
  /** With its dot, such as `.gz`. */
  readonly extension: string;
  /** For the header Content-Encoding; absent where it has no name. */
  readonly contentEncoding?: string;
}
