import type { TaskServices } from './task-services.ts';

/** Tells the worker of each topic that a task writes or reads, once between two commits of offsets (KIP-558). */
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

  /** Tells of topics that are still in use again, since the worker may have been asked to forget them. */
  repeat(): void {
    this.#seen.clear();
    this.#last = null;
  }
}
