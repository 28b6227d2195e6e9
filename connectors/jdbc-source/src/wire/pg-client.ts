import { createRequire } from 'node:module';
import type { Client as DriverClient } from 'pg';

/** The driver's connection alone: its entry file also loads a pool, which is not needed here. */
export const Client = createRequire(import.meta.url)('pg/lib/client.js') as typeof DriverClient;
