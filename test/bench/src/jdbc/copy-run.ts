/**
 * Reads a table by COPY in binary and throws it away; prints what that took as JSON.
 *
 *   node copy-run.js CONNECTION
 */
import pg from 'pg';
import type { FloorRun } from './orders-table.ts';

const client = new pg.Client(JSON.parse(process.argv[2] ?? '{}') as pg.ClientConfig);
await client.connect();
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
// The driver hands the data of a COPY to its query, which does nothing with it.
await client.query('COPY public.orders TO STDOUT (FORMAT binary)');
const cpu = process.cpuUsage(cpuBefore);
const run: FloorRun = { seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (cpu.user + cpu.system) / 1_000_000 };
console.log(JSON.stringify(run));
await client.end();
