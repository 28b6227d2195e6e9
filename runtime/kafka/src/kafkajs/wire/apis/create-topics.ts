import type { NewTopic } from '../../../port.ts';
import type { Api } from '../api.ts';

/** An error code for each name, with what the broker says about it. */
export type NamedErrors = readonly { readonly name: string; readonly errorCode: number; readonly errorMessage: string | null }[];

/** Creates topics; only the controller does. */
export const createTopics: Api<{ readonly topics: readonly NewTopic[]; readonly timeoutMs: number }, NamedErrors> = {
  key: 19,
  name: 'CreateTopics',
  minVersion: 2,
  maxVersion: 4,
  encode(writer, { topics, timeoutMs }) {
    writer.array(topics, ({ name, partitions, replicationFactor, config }) => {
      writer
        .string(name)
        .int32(partitions)
        .int16(replicationFactor)
        .array([], () => undefined);
      writer.array(Object.entries(config), ([key, value]) => writer.string(key).nullableString(value));
    });
    writer.int32(timeoutMs).boolean(false);
  },
  decode(reader) {
    reader.int32();
    return reader.array(() => ({ name: reader.string(), errorCode: reader.int16(), errorMessage: reader.nullableString() }));
  },
};
