import { defineConfig } from 'vitest/config';

// Tests read the packages' sources through this export condition, so they need no build. A workspace link is followed to its real path:
// `@millrace/api` and `../src/index.ts` are one module.
const resolve = { conditions: ['@millrace/source'] };
const ssr = { resolve: { conditions: ['@millrace/source', 'node', 'import', 'default'] } };

export default defineConfig({
  resolve,
  ssr,
  test: {
    maxWorkers: 2,
    allowOnly: false,
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: ['{runtime,connectors,test,labs}/*/test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/rest-clients/**', '**/test/{integration,containers}/**', '**/node_modules/**'],
          pool: 'threads',
          testTimeout: 30_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          include: ['test/e2e/test/**/*.test.ts'],
          exclude: ['**/test/integration/**'],
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          // Against real servers as local processes: see docs/testing.md.
          name: 'integration',
          include: ['{runtime,connectors,test,labs}/*/test/integration/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 60_000,
          // The first start of all downloads Kafka.
          hookTimeout: 600_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          // Against containers: pnpm containers, which docs/testing.md explains.
          name: 'containers',
          include: ['{runtime,connectors,test}/*/test/containers/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 120_000,
          // An image may have to be pulled.
          hookTimeout: 600_000,
          sequence: { groupOrder: 4 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'clients',
          include: ['test/rest-clients/test/**/*.test.ts'],
          pool: 'threads',
          testTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
