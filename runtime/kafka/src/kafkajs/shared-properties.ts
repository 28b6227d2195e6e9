import type { ClientProperties } from '../port.ts';

/** Settings that say something only together: whoever sets one of the keys does not want the others of somebody else. */
interface Whole {
  readonly sets: (key: string) => boolean;
  readonly holds: (key: string) => boolean;
}

const wholes: readonly Whole[] = [
  store((key) => key.startsWith('ssl.truststore.')),
  store((key) => key.startsWith('ssl.keystore.') || key === 'ssl.key.password'),
  // A login alone may use the mechanism that is shared; another mechanism has a login and handlers of its own.
  { sets: (key) => key === 'sasl.mechanism', holds: (key) => key.startsWith('sasl.') },
];

function store(holds: (key: string) => boolean): Whole {
  return { sets: holds, holds };
}

/** The settings of one client: its own, and those shared with others that it does not set. Stores and logins are taken over as a whole. */
export function withShared(own: ClientProperties, shared: ClientProperties): ClientProperties {
  const keys = Object.keys(own);
  const replaced = wholes.filter(({ sets }) => keys.some(sets));
  const taken = Object.entries(shared).filter(([key]) => !replaced.some(({ holds }) => holds(key)));
  return { ...Object.fromEntries(taken), ...own };
}
