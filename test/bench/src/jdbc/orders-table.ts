import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PostgresService } from '@millrace/test-services';

/** 12 columns, some 320 bytes of JSON a row. */
const table = (rows: number): string => `
CREATE TABLE orders (
  id bigint PRIMARY KEY, customer_id int NOT NULL, status text NOT NULL, amount numeric(12,2), qty smallint, price double precision,
  created timestamptz NOT NULL, updated timestamp NOT NULL, note text, flag boolean, uid uuid, payload jsonb);
INSERT INTO orders SELECT i, (i * 7) % 100000, (array['new', 'paid', 'shipped', 'returned'])[1 + i % 4],
  round((random() * 10000)::numeric, 2), (i % 100)::smallint, random() * 1000,
  timestamptz '2024-01-01' + i * interval '1.234567 s', timestamp '2024-01-01' + i * interval '1.234567 s',
  'note number ' || i || ' lorem ipsum dolor sit amet consectetur', i % 2 = 0, gen_random_uuid(),
  jsonb_build_object('a', i, 'b', 'text value', 'c', array[1, 2, 3]) FROM generate_series(1, ${rows}) i;
VACUUM ANALYZE orders;`;

/** Creates and fills `public.orders`. */
export async function fillOrders(postgres: PostgresService, rows: number): Promise<void> {
  await postgres.psql(table(rows));
}

/** What a process took that read a table and threw it away. */
export interface FloorRun {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** The floor: `COPY … TO STDOUT (FORMAT binary)` into a process of Node that looks at nothing of it. */
export async function copyOrders({ host, port, user, password, database }: PostgresService): Promise<FloorRun> {
  const script = fileURLToPath(new URL('./copy-run.js', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify({ host, port, user, password, database })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`the floor ended with exit code ${code}`);
  return JSON.parse(output) as FloorRun;
}
