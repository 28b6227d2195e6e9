// `pnpm services` from its sources.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

await runnerImport(fileURLToPath(new URL('../../src/cli.ts', import.meta.url)));
