import { describeConnectorContract } from '@millrace/testkit';
import { describe, it } from 'vitest';

describeConnectorContract(
  {
    package: new URL('..', import.meta.url),
    class: 'DatagenSource',
    load: () => import('../src/index.ts'),
    source: () => ({
      config: { topic: 'orders', quickstart: 'orders', rate: '0', 'start.time': '2026-01-01T00:00:00Z' },
      produce: () => undefined,
      sequence: ({ sourceOffset }) => Number(sourceOffset?.generated) - 1,
      outage: 'it has no external system',
    }),
  },
  { describe, it },
);
