import { ConfigException } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import { withShared } from '../../src/kafkajs/shared-properties.ts';
import { refuseUnsupported } from '../../src/kafkajs/unsupported-settings.ts';

describe('settings that clients share', () => {
  const shared = {
    'bootstrap.servers': 'a:1',
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'OAUTHBEARER',
    'sasl.login.callback.handler.class': 'Handler',
    'ssl.truststore.location': '/ca.pem',
    'ssl.keystore.location': '/key.pem',
    'ssl.key.password': 'p',
  };

  it('are those that a client does not set itself', () => {
    expect(withShared({ 'linger.ms': '1', 'bootstrap.servers': 'b:2' }, shared)).toEqual({
      ...shared,
      'linger.ms': '1',
      'bootstrap.servers': 'b:2',
    });
  });

  it('are taken over as a whole where parts would contradict each other', () => {
    expect(withShared({ 'ssl.truststore.certificates': 'PEM' }, shared)).not.toHaveProperty(['ssl.truststore.location']);
    expect(withShared({ 'ssl.keystore.key': 'PEM' }, shared)).not.toHaveProperty(['ssl.key.password']);
    expect(withShared({ 'ssl.keystore.key': 'PEM' }, shared)).toHaveProperty(['ssl.truststore.location'], '/ca.pem');
    expect(withShared({ 'sasl.mechanism': 'PLAIN' }, shared)).not.toHaveProperty(['sasl.login.callback.handler.class']);
    expect(withShared({ 'sasl.jaas.config': 'x' }, shared)).toHaveProperty(['sasl.mechanism'], 'OAUTHBEARER');
  });
});

describe('settings that a client does not support', () => {
  it.each([
    ['interceptor.classes', 'com.example.Spy', 'remove the setting'],
    ['partitioner.class', 'com.example.Mine', 'remove the setting'],
    ['partitioner.ignore.keys', 'true', 'it must be false'],
    ['group.protocol', 'CONSUMER', 'It must be classic'],
    ['transactional.id', 'tx', 'remove the setting'],
    ['transaction.two.phase.commit.enable', 'true', 'It must be false'],
    ['bootstrap.controllers', 'a:1', 'set bootstrap.servers'],
    ['client.dns.lookup', 'resolve_canonical_bootstrap_servers_only', 'It must be use_all_dns_ips'],
  ])('%s=%s is refused with what to do', (key, value, remedy) => {
    expect(() => refuseUnsupported({ [key]: value })).toThrow(ConfigException);
    expect(() => refuseUnsupported({ [key]: value })).toThrow(new RegExp(`Invalid value ${value} for configuration ${key}: .*${remedy}`));
  });

  it('may be set to what is done anyway', () => {
    refuseUnsupported({ 'interceptor.classes': ' ', 'group.protocol': 'Classic', 'client.dns.lookup': 'use_all_dns_ips' });
    expect(() => refuseUnsupported({ 'partitioner.ignore.keys': 'FALSE', 'transaction.two.phase.commit.enable': '' })).not.toThrow();
  });
});
