import { startFaultProxy } from '@millrace/test-services';
import type { Struct } from '@millrace/api';
import { describeConnectorContract } from '@millrace/testkit';
import { describe, it } from 'vitest';
import { connection } from '../support/run.ts';
import { usePostgres } from '../support/use-postgres.ts';

const database = usePostgres();
let tables = 0;

describeConnectorContract(
  {
    package: new URL('../..', import.meta.url),
    class: 'JdbcSource',
    load: () => import('../../src/index.ts'),
    async source() {
      const table = `items_${(tables += 1)}`;
      await database.server.psql(`CREATE TABLE ${table} (id bigint PRIMARY KEY, name text NOT NULL)`);
      const proxy = await startFaultProxy({ target: database.server.port });
      return {
        config: {
          ...connection(database.server),
          'connection.url': `jdbc:postgresql://127.0.0.1:${proxy.port}/postgres`,
          mode: 'incrementing',
          'incrementing.column.name': 'id',
          'table.whitelist': table,
          'poll.interval.ms': '20',
        },
        produce: async (from, count) => {
          await database.server.psql(`INSERT INTO ${table} SELECT n, 'item ' || n FROM generate_series(${from}, ${from + count - 1}) n`);
        },
        sequence: ({ value }) => Number((value as Struct).values[0]),
        outage: {
          begin: () => {
            proxy.refuse();
            proxy.resetAll();
          },
          end: () => proxy.accept(),
        },
        close: () => proxy.close(),
      };
    },
    // Each batch of the memory case is written by psql, which takes its time to start.
    patienceMs: 20_000,
  },
  { describe, it },
);
