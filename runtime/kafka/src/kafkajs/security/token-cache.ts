import type { BearerToken } from './bearer-token.ts';

/** `sasl.login.refresh.*` */
export interface RefreshSettings {
  /** Share of a token's lifetime after which a new one is fetched. */
  readonly windowFactor: number;
  /** Random share on top. */
  readonly windowJitter: number;
  /** Not sooner than this after the last fetch, in milliseconds. */
  readonly minPeriodMs: number;
  /** Not later than this before the token expires, in milliseconds. */
  readonly bufferMs: number;
}

/**
 * The token of a client, fetched when a connection asks for it and anew before it expires. While the old one is still good, a fetch that fails is
 * of no consequence.
 */
export class TokenCache {
  readonly #fetch: () => Promise<BearerToken>;
  readonly #refresh: RefreshSettings;
  #token: BearerToken | null = null;
  #refreshAt = 0;
  #fetching: Promise<BearerToken> | null = null;

  constructor(fetch: () => Promise<BearerToken>, refresh: RefreshSettings) {
    this.#fetch = fetch;
    this.#refresh = refresh;
  }

  /** @throws what fetching throws when there is no token that is still good */
  async token(): Promise<BearerToken> {
    const current = this.#token;
    if (current !== null && Date.now() < this.#refreshAt) return current;
    this.#fetching ??= this.#renew().finally(() => {
      this.#fetching = null;
    });
    try {
      return await this.#fetching;
    } catch (error) {
      if (current === null || isExpired(current)) throw error;
      return current;
    }
  }

  async #renew(): Promise<BearerToken> {
    const token = await this.#fetch();
    this.#token = token;
    this.#refreshAt = token.expiresAt === null ? 0 : this.#refreshTime(token.expiresAt);
    return token;
  }

  /** By the rules of Kafka's refreshing login: the window, within the buffer and the shortest period where the lifetime has room for them. */
  #refreshTime(expiresAt: number): number {
    const now = Date.now();
    const { windowFactor, windowJitter, minPeriodMs, bufferMs } = this.#refresh;
    const lifetime = expiresAt - now;
    const planned = now + lifetime * (windowFactor + windowJitter * Math.random());
    if (minPeriodMs + bufferMs > lifetime) return planned;
    return Math.min(Math.max(planned, now + minPeriodMs), expiresAt - bufferMs);
  }
}

function isExpired({ expiresAt }: BearerToken): boolean {
  return expiresAt !== null && expiresAt <= Date.now();
}
