import type { Api, ApiVersionRanges } from '../api.ts';

/** What a broker can do; asked first on each connection. */
export const apiVersions: Api<null, { readonly errorCode: number; readonly ranges: ApiVersionRanges }> = {
  key: 18,
  name: 'ApiVersions',
  minVersion: 1,
  maxVersion: 1,
  encode() {
    // The request has no body.
  },
  decode(reader) {
    const errorCode = reader.int16();
    const ranges = reader.array(() => [reader.int16(), { minVersion: reader.int16(), maxVersion: reader.int16() }] as const);
    return { errorCode, ranges: Object.fromEntries(ranges) };
  },
};
