import { ConnectHeaders, type Converter, type Header, type HeaderConverter, type RawHeader } from '@millrace/api';

/** The headers of most records. */
export const noHeaders: readonly RawHeader[] = [];

/** A converter with the name under which errors report it. */
export interface NamedConverter<C> {
  readonly className: string;
  readonly converter: C;
}

/** The three converters of a task. */
export interface RecordConverters {
  readonly key: NamedConverter<Converter>;
  readonly value: NamedConverter<Converter>;
  readonly header: NamedConverter<HeaderConverter>;
}

/** Header values to bytes. Headers that nobody touched since they were read go back as the same bytes. */
export function headersToBytes(topic: string, headers: ConnectHeaders, converter: HeaderConverter): readonly RawHeader[] {
  if (headers.raw !== null) return headers.raw;
  return Array.from(headers, ({ key, schema, value }) => ({ key, value: converter.fromConnectHeader(topic, key, schema, value) }));
}

/** Headers of a consumed record; decoded on first use where decoding cannot fail. Null when there are none. */
export function headersFromBytes(topic: string, raw: readonly RawHeader[], converter: HeaderConverter): ConnectHeaders | null {
  if (raw.length === 0) return null;
  const decode = (bytes: readonly RawHeader[]): Header[] =>
    bytes.map(({ key, value }) => {
      const half = converter.toConnectHeader(topic, key, value);
      return { key, schema: half.schema, value: half.value };
    });
  return converter.readsAnything === true ? ConnectHeaders.lazy(raw, decode) : new ConnectHeaders(decode(raw));
}
