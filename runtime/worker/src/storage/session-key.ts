/** The secret with which the workers of a group sign the requests between them (KIP-507). */
export interface SessionKey {
  readonly key: Buffer;
  /** Name of the algorithm in Java, such as `HmacSHA256`. */
  readonly algorithm: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}
