import { networkInterfaces } from 'node:os';
import { ConfigException, ConnectException } from '@millrace/api';

/** One address to listen on. */
export interface Listener {
  readonly protocol: 'http' | 'https';
  /** Without the brackets of IPv6; empty: every interface. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/**
 * The addresses of `listeners` or `admin.listeners`.
 * @throws ConfigException if one is not `scheme://host:port`, or the same address comes twice.
 */
export function parseListeners(key: string, text: string): Listener[] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const listeners = parts.map((part) => parseListener(key, part));
  const taken = new Set<string>();
  for (const { host, port } of listeners) {
    const address = `${host}:${port}`;
    if (port !== 0 && taken.has(address)) throw ConfigException.invalidValue(key, text, `${address} is named twice`);
    taken.add(address);
  }
  return listeners;
}

function parseListener(key: string, text: string): Listener {
  const match = /^(https?):\/\/(\[[\da-f:.]+(?:%[\w.-]+)?\]|[^:/[\]]*):(\d{1,5})\/?$/i.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw ConfigException.invalidValue(key, text, 'expected http://host:port or https://host:port, for example http://localhost:8083');
  }
  return { protocol: match[1]?.toLowerCase() as 'http' | 'https', host: (match[2] ?? '').replace(/^\[|\]$/g, ''), port };
}

/** `host:port` as it stands in a URL. */
export function authority(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The host under which a listener is known when nothing is advertised: its own, or for every interface the first address of this machine. */
export function reachableHost({ host }: Listener): string {
  if (host !== '' && host !== '0.0.0.0' && host !== '::') return host;
  const outward = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  return outward?.address ?? '127.0.0.1';
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; stop the other program or choose another port, for instance listeners=http://:8084',
  EACCES: 'this user may not use the port; choose one above 1023',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'the host name is unknown',
};

/** An address that cannot be listened on, with the reason in words. */
export function listenError(error: unknown, key: string, { protocol, host, port }: Listener): ConnectException {
  const { code, message } = error as NodeJS.ErrnoException;
  const text = `Cannot listen on ${key}=${protocol}://${authority(host, port)}: ${reasons[code ?? ''] ?? message}`;
  return new ConnectException(text, { cause: error, configKey: key });
}
