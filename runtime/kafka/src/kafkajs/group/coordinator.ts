import type { KafkaException } from '@millrace/api';
import type { Api } from '../wire/api.ts';
import type { CoordinatorType } from '../wire/apis/find-coordinator.ts';
import { isRetriable } from '../wire/broker-errors.ts';
import type { Cluster, RequestOptions } from '../wire/cluster.ts';
import { ErrorCode } from '../wire/error-codes.ts';
import { exponentialBackoff } from '../wire/wire-config.ts';

const movedCodes: ReadonlySet<number> = new Set([
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
]);

/** The broker that keeps a group, or the transactions of an id; found anew when it moves. */
export class Coordinator {
  readonly #cluster: Cluster;
  readonly #type: CoordinatorType;
  readonly #key: string;

  constructor(cluster: Cluster, type: CoordinatorType, key: string) {
    this.#cluster = cluster;
    this.#type = type;
    this.#key = key;
  }

  /** One request, to where the coordinator was last seen. A failure of the connection makes it be looked for again next time. */
  async request<Request, Response>(api: Api<Request, Response>, request: Request, options: RequestOptions = {}): Promise<Response> {
    try {
      const nodeId = await this.#cluster.coordinator(this.#type, this.#key);
      return await this.#cluster.request(nodeId, api, request, options);
    } catch (error) {
      if (isRetriable(error)) this.#cluster.forgetCoordinator(this.#type, this.#key);
      throw error;
    }
  }

  /** Whether an error code says that the coordinator is somewhere else or not ready; if so it is looked for again. */
  hasMoved(code: number): boolean {
    if (!movedCodes.has(code)) return false;
    this.#cluster.forgetCoordinator(this.#type, this.#key);
    return true;
  }

  /**
   * Repeats a request until the coordinator answers with something that is not passing.
   * @param codesOf the error codes of an answer
   * @param isOver whether nobody wants the answer any more
   * @throws the last failure when `timeoutMs` is over, and at once what is not retriable
   */
  async insist<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    { codesOf, retriable, timeoutMs, isOver = () => false }: InsistOptions<Response>,
  ): Promise<Response> {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#cluster.config;
    const deadline = performance.now() + timeoutMs;
    for (let failures = 0; ; failures++) {
      let failure: KafkaException | null = null;
      try {
        const response = await this.request(api, request);
        const isPassing = codesOf(response).some((code) => this.hasMoved(code) || retriable?.has(code) === true);
        if (!isPassing || performance.now() >= deadline || isOver()) return response;
      } catch (error) {
        failure = error as KafkaException;
        if (!isRetriable(error) || performance.now() >= deadline || isOver()) throw failure;
      }
      await new Promise((resolve) => setTimeout(resolve, exponentialBackoff(retryBackoffMs, retryBackoffMaxMs, failures)));
    }
  }
}

export interface InsistOptions<Response> {
  readonly codesOf: (response: Response) => readonly number[];
  /** Codes, besides those of a coordinator that has moved, after which the request is repeated. */
  readonly retriable?: ReadonlySet<number>;
  readonly timeoutMs: number;
  readonly isOver?: () => boolean;
}
