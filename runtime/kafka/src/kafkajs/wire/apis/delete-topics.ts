import type { Api } from '../api.ts';
import type { NamedErrors } from './create-topics.ts';

/** Deletes topics; only the controller does. */
export const deleteTopics: Api<{ readonly names: readonly string[]; readonly timeoutMs: number }, NamedErrors> = {
  key: 20,
  name: 'DeleteTopics',
  minVersion: 1,
  maxVersion: 3,
  encode(writer, { names, timeoutMs }) {
    writer.array(names, (name) => writer.string(name)).int32(timeoutMs);
  },
  decode(reader) {
    reader.int32();
    return reader.array(() => ({ name: reader.string(), errorCode: reader.int16(), errorMessage: null }));
  },
};
