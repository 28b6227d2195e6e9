import type { Properties } from '@millrace/api';
import type { ClusterConfigStore } from '../../storage/kafka-config-store.ts';
import { generateSessionKey, signedHeaders, verifyRequest } from '../protocol/request-signature.ts';
import type { SignatureHeaders } from '../protocol/signature-headers.ts';

const longestTimerMs = 2_147_483_647;

/** The keys with which workers sign what they ask of each other (KIP-507), in the life of one worker. */
export class SessionKeys {
  readonly #configs: ClusterConfigStore;
  readonly #workerConfig: Properties;
  readonly #onExpired: () => void;
  #timer: NodeJS.Timeout | null = null;

  /** @param onExpired the leader has to {@link rotate} */
  constructor(configs: ClusterConfigStore, workerConfig: Properties, onExpired: () => void) {
    this.#configs = configs;
    this.#workerConfig = workerConfig;
    this.#onExpired = onExpired;
  }

  /** On the leader: makes a new key if there is none, it is too old or is not what is configured. */
  async rotate(): Promise<void> {
    const { sessionKey } = this.#configs.snapshot();
    const ttlMs = Number(this.#workerConfig['inter.worker.key.ttl.ms'] ?? 3_600_000);
    const algorithm = this.#workerConfig['inter.worker.key.generation.algorithm'] ?? 'HmacSHA256';
    const leftMs = sessionKey === null ? 0 : sessionKey.createdAt + ttlMs - Date.now();
    if (sessionKey?.algorithm === algorithm && leftMs > 0) {
      this.stop();
      this.#timer = setTimeout(this.#onExpired, Math.min(longestTimerMs, leftMs));
      return;
    }
    const size = this.#workerConfig['inter.worker.key.size'];
    await this.#configs.putSessionKey(generateSessionKey(algorithm, size === undefined ? null : Number(size), Date.now()));
  }

  /** Headers that sign a body; none while there is no key. */
  sign(body: Buffer): Readonly<Record<string, string>> {
    const { sessionKey } = this.#configs.snapshot();
    const algorithm = this.#workerConfig['inter.worker.signature.algorithm'] ?? 'HmacSHA256';
    return sessionKey === null ? {} : signedHeaders(sessionKey, algorithm, body);
  }

  /** @throws what {@link verifyRequest} throws */
  check(headers: SignatureHeaders, body: Buffer): void {
    const { sessionKey } = this.#configs.snapshot();
    const algorithms = (this.#workerConfig['inter.worker.verification.algorithms'] ?? 'HmacSHA256').split(',').map((name) => name.trim());
    verifyRequest(headers, { body, sessionKey, algorithms });
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
