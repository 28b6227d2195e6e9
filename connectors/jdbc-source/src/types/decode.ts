/** Reads one value of a row. The bytes are only valid during the call. */
export type Decode = (buffer: Buffer, start: number, length: number) => unknown;
