import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { indent } from '../check/indent.ts';
import type { FileStep, Lab, RunStep } from '../format/lab.ts';
import type { LabServices, ServiceStarters } from '../services/lab-services.ts';
import { startServices } from '../services/start-services.ts';
import { type LabFolder, makeLabFolder } from './lab-folder.ts';
import { LabShell } from './lab-shell.ts';
import { runStep, type StepResult } from './run-step.ts';

const LOG_LINES = 15;

/** What a lab is played with. */
export interface LabSessionOptions {
  readonly lab: Lab;
  /** The repository. */
  readonly root: string;
  readonly starters: ServiceStarters;
  /** Ends everything when it is aborted. */
  readonly signal: AbortSignal;
  /** Told of each system before it starts. */
  readonly report: (label: string) => void;
}

/** A lab being played: its systems, its folder and its shell. */
export class LabSession {
  readonly folder: LabFolder;
  readonly services: LabServices;
  readonly #lab: Lab;
  readonly #shell: LabShell;
  readonly #signal: AbortSignal;
  readonly #kill: () => void;

  private constructor(options: LabSessionOptions, services: LabServices, folder: LabFolder) {
    this.services = services;
    this.folder = folder;
    this.#lab = options.lab;
    this.#signal = options.signal;
    const { work, outputFile, environment } = folder;
    this.#shell = new LabShell({ folder: work, outputFile, environment });
    this.#kill = () => this.#shell.kill();
    this.#signal.addEventListener('abort', this.#kill);
  }

  /**
   * Starts everything.
   *
   * @throws MissingServiceError when this machine lacks something
   * @throws the reason of the signal when it is aborted
   * @throws Error when a system does not start; nothing runs then
   */
  static async open(options: LabSessionOptions): Promise<LabSession> {
    const { lab, root, starters, signal, report } = options;
    const services = await startServices(lab.facts.services, starters, report);
    let folder: LabFolder | null = null;
    try {
      const { name, connectors } = lab.facts;
      folder = await makeLabFolder({ root, source: dirname(join(root, lab.file)), name, connectors, services });
      signal.throwIfAborted();
      return new LabSession(options, services, folder);
    } catch (error) {
      await folder?.remove();
      await services.stop();
      throw error;
    }
  }

  /** Saves a file, as a person would. */
  async save({ name, text }: FileStep): Promise<void> {
    await writeFile(join(this.folder.work, name), text);
  }

  /** Runs the commands of a step. @throws the reason of the signal when it is aborted, else what `runStep` throws. */
  async run(step: RunStep): Promise<StepResult> {
    this.#signal.throwIfAborted();
    const result = await runStep(this.#shell, this.#lab.file, step);
    this.#signal.throwIfAborted();
    return result;
  }

  /** Is the shell gone, because commands did not end or ended it? Then no further step can be taken. */
  get isOver(): boolean {
    return this.#shell.isOver;
  }

  /** The last lines of each log that the commands wrote, for a person who looks for a reason. */
  async logTails(): Promise<string> {
    const { work } = this.folder;
    const names = (await readdir(work)).filter((name) => name.endsWith('.log')).sort();
    const tails = await Promise.all(names.map(async (name) => ({ name, text: (await readFile(join(work, name), 'utf8')).trimEnd() })));
    return tails
      .filter(({ text }) => text !== '')
      .map(({ name, text }) => `the end of ${name}\n${indent(text.split('\n').slice(-LOG_LINES).join('\n'), '    ')}\n`)
      .join('');
  }

  /** What still runs of what the commands started, as `pid command`. */
  leftovers(): Promise<string[]> {
    return this.#shell.leftovers();
  }

  /** Ends all processes and removes all files. */
  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#kill);
    this.#shell.kill();
    await this.services.stop();
    await this.folder.remove();
  }
}
