import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

/** One request of Kafka's protocol in the versions that we speak. */
export interface Api<Request, Response> {
  readonly key: number;
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
  /** First version with compact types and tagged fields; none: beyond `maxVersion`. */
  readonly flexibleFrom?: number;
  /** Writes the body. */
  encode(writer: WireWriter, request: Request, version: number): void;
  /** Reads the body. */
  decode(reader: WireReader, version: number): Response;
}

/** Versions of the APIs that a broker offers, by API key. */
export type ApiVersionRanges = Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>;
