import type { Capability, TestService } from '../test-service.ts';

/** A cluster that somebody else runs: tests may use it and do nothing to it. */
export class ExternalKafka implements TestService {
  readonly name = 'kafka';
  readonly capabilities: ReadonlySet<Capability> = new Set();
  readonly endpoints: Readonly<Record<string, string>>;
  readonly #bootstrap: string;

  /** @param bootstrap Such as `broker-1:9092,broker-2:9092`, without TLS and login. */
  constructor(bootstrap: string) {
    this.#bootstrap = bootstrap;
    this.endpoints = { PLAINTEXT: bootstrap };
  }

  bootstrap(): string {
    return this.#bootstrap;
  }

  /** Leaves the cluster as it is. */
  async stop(): Promise<void> {
    await Promise.resolve();
  }

  async kill(): Promise<void> {
    await Promise.reject(this.#refusal('killed'));
  }

  freeze(): void {
    throw this.#refusal('frozen');
  }

  thaw(): void {
    throw this.#refusal('thawed');
  }

  async restart(): Promise<void> {
    await Promise.reject(this.#refusal('restarted'));
  }

  async logs(): Promise<string> {
    return Promise.reject(this.#refusal('asked for its logs'));
  }

  #refusal(what: string): Error {
    return new Error(`the cluster at ${this.#bootstrap} (MILLRACE_KAFKA) is not ours and cannot be ${what}: ask its capabilities first`);
  }
}
