import { ConfigException } from '@millrace/api';
import type { ClientProperties } from '../port.ts';

interface Unsupported {
  readonly key: string;
  /** Values that ask for nothing that we do not do. */
  readonly harmless: RegExp;
  readonly remedy: string;
}

const javaClass = 'Java classes cannot be loaded here';

/** Values that would change what happens to records or who sees them, so that they cannot be let pass. */
const unsupported: readonly Unsupported[] = [
  { key: 'interceptor.classes', harmless: /^$/, remedy: `${javaClass}: remove the setting; a transformation can change records` },
  { key: 'partitioner.class', harmless: /^$/, remedy: `${javaClass}: remove the setting; a transformation can set the partition` },
  { key: 'partitioner.ignore.keys', harmless: /^(?:false)?$/i, remedy: 'Records with a key go where its hash says: it must be false' },
  { key: 'group.protocol', harmless: /^(?:classic)?$/i, remedy: 'It must be classic: the consumer protocol (KIP-848) is not supported' },
  { key: 'transactional.id', harmless: /^$/, remedy: 'A connector does not choose it: remove the setting' },
  { key: 'transaction.two.phase.commit.enable', harmless: /^(?:false)?$/i, remedy: 'It must be false: KIP-939 is not supported' },
  { key: 'bootstrap.controllers', harmless: /^$/, remedy: 'Clients go to brokers: set bootstrap.servers' },
  {
    key: 'client.dns.lookup',
    harmless: /^(?:use_all_dns_ips|default)?$/i,
    remedy: 'It must be use_all_dns_ips: canonical names are for Kerberos, which is not supported',
  },
];

/** @throws ConfigException for a value that asks for something that this client does not do, with what to do instead */
export function refuseUnsupported(properties: ClientProperties): void {
  for (const { key, harmless, remedy } of unsupported) {
    const value = properties[key]?.trim() ?? '';
    if (!harmless.test(value)) throw ConfigException.invalidValue(key, value, remedy);
  }
}
