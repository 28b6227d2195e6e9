import type { ServiceName } from '../format/lab.ts';

/** Systems that run for a lab. */
export interface LabServices {
  /** Where they are, for the commands of a lab. */
  readonly variables: Readonly<Record<string, string>>;
  /** Programs to talk to them, as scripts by their name. */
  readonly tools: Readonly<Record<string, string>>;
  /** Ends them and removes what they stored. */
  stop(): Promise<void>;
}

/** Starts one system. */
export interface ServiceStarter {
  /** Such as `Kafka 4.3.1`. */
  readonly label: string;
  /** Why it cannot run here, in one sentence for a person; null when it can. */
  whyNot(): Promise<string | null>;
  start(): Promise<LabServices>;
}

/** How each system is started. */
export type ServiceStarters = Readonly<Record<ServiceName, ServiceStarter>>;

/** The machine lacks something that a lab needs. */
export class MissingServiceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MissingServiceError';
  }
}
