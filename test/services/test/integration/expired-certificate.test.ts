import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileNeeds } from '../../src/for-file.ts';
import { startKafka, whyNoKafka } from '../../src/index.ts';
import { kafkaJars } from '../../src/kafka/kafka-jars.ts';

fileNeeds(whyNoKafka, async () => void (await kafkaJars()));

describe('a broker with a certificate that nobody should take', () => {
  it.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['unknown', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ] as const)('shows the one that is %s', async (serverCertificate, code) => {
    const kafka = await startKafka({ listeners: ['SSL'], serverCertificate });
    onTestFinished(() => kafka.stop());
    const [host = '', port] = kafka.bootstrap('SSL').split(':');

    const socket = connect({ host, port: Number(port), ca: readFileSync(kafka.certificates?.authority ?? '', 'utf8') });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];

    expect(error.code).toBe(code);
  });
});
