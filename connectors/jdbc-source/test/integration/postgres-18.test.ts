import { postgres18 } from '@millrace/test-services';
import { beforeEach, describe, expect, it } from 'vitest';

const found = await postgres18();
// The server that the tests below start, in the process that this file has for itself.
if ('folder' in found) process.env['MILLRACE_POSTGRES_BIN'] = found.folder;

describe('on PostgreSQL 18', () => {
  beforeEach((context) => {
    if ('reason' in found) context.skip(found.reason);
  });

  describe('these tests', async () => {
    const { usePostgres } = await import('../support/use-postgres.ts');
    const database = usePostgres();

    it('have a server of that version', async () => {
      expect(await database.server.psql('SHOW server_version')).toMatch(/^18\./);
    });
  });
  describe('types', async () => {
    await import('./types.test.ts');
  });
  describe('polling', async () => {
    await import('./polling.test.ts');
  });
  describe('modes', async () => {
    await import('./modes.test.ts');
  });
  describe('changes of tables', async () => {
    await import('./evolution.test.ts');
  });
  describe('safe modes', async () => {
    await import('./safe-mode.test.ts');
  });
});
