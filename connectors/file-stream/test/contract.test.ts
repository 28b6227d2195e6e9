import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Schema, SchemaAndValue } from '@millrace/api';
import { describeConnectorContract } from '@millrace/testkit';
import { describe, it } from 'vitest';

const likeKafka = "the keys are those of Kafka's connector, which have neither group nor display name";
const folderOf = (): Promise<string> => mkdtemp(join(tmpdir(), 'millrace-contract-'));
const string = (value: string): SchemaAndValue => new SchemaAndValue(Schema.STRING_SCHEMA, value);
const line = (n: number): string => `line ${n}`;

describeConnectorContract(
  {
    package: new URL('..', import.meta.url),
    class: 'FileStreamSource',
    load: () => import('../src/index.ts'),
    async source() {
      const folder = await folderOf();
      const file = join(folder, 'in.txt');
      await writeFile(file, '');
      return {
        config: { file, topic: 'lines', 'batch.size': '16' },
        produce: (from, count) => appendFile(file, Array.from({ length: count }, (_, at) => `${line(from + at)}\n`).join('')),
        sequence: ({ value }) => Number(String(value).slice('line '.length)),
        outage: { begin: () => rename(file, `${file}.away`), end: () => rename(`${file}.away`, file) },
        close: () => rm(folder, { recursive: true }),
      };
    },
    notApplicable: { 'definition-arranged': likeKafka },
  },
  { describe, it },
);

describeConnectorContract(
  {
    package: new URL('..', import.meta.url),
    class: 'FileStreamSink',
    load: () => import('../src/index.ts'),
    async sink() {
      const folder = await folderOf();
      const file = join(folder, 'out.txt');
      await writeFile(file, '');
      return {
        config: { file },
        read: async () => (await readFile(file, 'utf8')).split('\n').slice(0, -1),
        record: (n) => ({ key: string(`key ${n}`), value: string(line(n)), shows: line(n) }),
        schemaless: (n) => ({
          key: SchemaAndValue.NULL,
          value: new SchemaAndValue(null, { number: n }),
          shows: `{number=${n}}`,
        }),
        tombstone: { shows: () => 'null' },
        nullKey: { shows: line },
        poison: 'every value has a text',
        delivery: 'at-least-once',
        outage: 'a local file that cannot be written needs a person, so the task fails as in Kafka Connect',
        close: () => rm(folder, { recursive: true }),
      };
    },
    notApplicable: { 'definition-arranged': likeKafka },
  },
  { describe, it },
);
