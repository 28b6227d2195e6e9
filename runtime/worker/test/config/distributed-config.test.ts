import type { Logger } from '@millrace/api';
import { describe, expect, it, vi } from 'vitest';
import { parseDistributedConfig, storageTopicSettings } from '../../src/config/distributed-config.ts';
import { signature } from '../../src/config/signature-algorithms.ts';

const props = {
  'bootstrap.servers': 'a:1',
  'group.id': 'g',
  'key.converter': 'K',
  'value.converter': 'V',
  'config.storage.topic': 'c',
  'offset.storage.topic': 'o',
  'status.storage.topic': 's',
};

describe('configuration of a worker of a cluster', () => {
  it('has the defaults of Kafka Connect and no key of a standalone worker', () => {
    const config = parseDistributedConfig(props);

    expect(config['connect.protocol']).toBe('sessioned');
    expect(config['offset.storage.partitions']).toBe(25);
    expect(config['task.shutdown.graceful.timeout.ms']).toBe(5000);
    expect(config).not.toHaveProperty('offset.storage.file.filename');
  });

  it('accepts its own signatures', () => {
    expect(() => parseDistributedConfig({ ...props, 'inter.worker.signature.algorithm': 'HmacSHA1' })).toThrow(
      'Invalid value HmacSHA1 for configuration inter.worker.signature.algorithm: ' +
        'Signature algorithm must be present in inter.worker.verification.algorithms list',
    );
  });

  it('keeps the settings that its topics rely on', () => {
    const warn = vi.fn<Logger['warn']>();
    const settings = storageTopicSettings(
      { ...props, 'offset.storage.cleanup.policy': 'delete', 'offset.storage.segment.bytes': '7', 'offset.storage.partitions': '3' },
      'offset',
      { error: warn, warn, info: warn, debug: warn },
    );

    expect(settings).toEqual({ 'segment.bytes': '7' });
    expect(warn).toHaveBeenCalledExactlyOnceWith('offset.storage.cleanup.policy is ignored: the cluster relies on its own setting');
  });
});

describe('signature of a request between workers', () => {
  const key = Buffer.from('0123456789abcdef0123456789abcdef');

  it('is the one of a JVM worker', () => {
    expect(signature('HmacSHA256', key, Buffer.from('[{"task.class":"X"}]')).toString('base64')).toBe(
      'kjcuIcJQf1xWPw5cr3ojl67y7oCjqMhP513I96T4JFw=',
    );
    expect(signature('HmacSHA256', key, Buffer.alloc(0)).toString('base64')).toBe('eWzTB4rxRjZ1PSaztVVUIv9Vo+Jhz4R7SOlTcbm9CqI=');
  });

  it('is refused under an unknown algorithm', () => {
    expect(() => signature('nope', key, Buffer.alloc(0))).toThrow('the algorithm is not supported here');
  });
});
