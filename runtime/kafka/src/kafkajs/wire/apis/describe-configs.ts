import type { Api } from '../api.ts';

const topicResource = 2;

export interface DescribedConfig {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  /** Null values are those that the broker does not show. */
  readonly entries: ReadonlyMap<string, string | null>;
}

/** The configuration of a topic. */
export const describeConfigs: Api<{ readonly topic: string }, DescribedConfig> = {
  key: 32,
  name: 'DescribeConfigs',
  minVersion: 1,
  maxVersion: 2,
  encode(writer, { topic }) {
    writer.array([topic], (name) => writer.int8(topicResource).string(name).int32(-1)).boolean(false);
  },
  decode(reader) {
    reader.int32();
    const [described] = reader.array(() => {
      const errorCode = reader.int16();
      const errorMessage = reader.nullableString();
      reader.int8();
      reader.string();
      const entries = reader.array(() => {
        const entry = [reader.string(), reader.nullableString()] as const;
        reader.boolean();
        reader.int8();
        reader.boolean();
        reader.array(() => [reader.string(), reader.nullableString(), reader.int8()]);
        return entry;
      });
      return { errorCode, errorMessage, entries: new Map(entries) };
    });
    return described ?? { errorCode: -1, errorMessage: 'The answer is empty', entries: new Map() };
  },
};
