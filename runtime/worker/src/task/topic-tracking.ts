import type { TaskServices } from './task-services.ts';

/** Tells the worker once of each topic that a task writes or reads (KIP-558). */
export class TopicTracking {
  readonly #services: TaskServices;
  readonly #seen = new Set<string>();
  #last: string | null = null;

  constructor(services: TaskServices) {
    this.#services = services;
  }

  note(topic: string): void {
    if (topic === this.#last) return;
    this.#last = topic;
    if (this.#seen.has(topic)) return;
    this.#seen.add(topic);
    this.#services.topicUsed(topic);
  }
}
