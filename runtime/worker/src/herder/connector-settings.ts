import type { Properties } from '@millrace/api';
import type { ConfigReload } from '../config/config-reload.ts';
import type { ConfigTransformer } from '../config/config-transformer.ts';
import type { SecretMask } from '../log/secret-mask.ts';
import { Secrets } from './validation-secrets.ts';

/** What the configurations of all connectors of a worker need. */
export interface SettingsContext {
  readonly transformer: ConfigTransformer;
  readonly reload: ConfigReload;
  /** Hides secrets in the log. */
  readonly mask: SecretMask;
}

/** The configuration of one connector: raw as it is kept and shown, with its references resolved for plug-ins alone. */
export class ConnectorSettings {
  readonly #name: string;
  readonly #context: SettingsContext;
  #raw: Properties = {};
  #resolved: Properties = {};
  #passwordKeys: readonly string[] = [];
  #secrets = new Secrets({}, []);

  constructor(name: string, context: SettingsContext) {
    this.#name = name;
    this.#context = context;
  }

  get raw(): Properties {
    return this.#raw;
  }

  /** The configuration with its references resolved, as it was last. */
  get resolved(): Properties {
    return this.#resolved;
  }

  /** @param passwordKeys keys whose values are secrets, although they are written out */
  replace(raw: Properties, passwordKeys: readonly string[]): void {
    this.#raw = raw;
    this.#resolved = raw;
    this.#passwordKeys = passwordKeys;
    this.#keepSecrets(new Secrets(raw, [], this.#passwordKeys));
  }

  /**
   * The configuration with its references resolved. When values expire, the next restart is planned.
   * @throws ConfigException if a provider fails.
   */
  async resolve(): Promise<Properties> {
    const raw = this.#raw;
    const { data, ttls, resolved } = await this.#context.transformer.transform(raw);
    this.#keepSecrets(new Secrets(raw, resolved, this.#passwordKeys));
    this.#context.reload.schedule(this.#name, raw, ttls);
    this.#resolved = data;
    return data;
  }

  /** Task configurations as they are kept: what the connector passes on of its configuration refers to providers again. */
  unresolved(tasks: readonly Properties[]): Properties[] {
    const references = Object.entries(this.#raw).filter(([, value]) => value.includes('${'));
    return tasks.map((task) => ({ ...task, ...Object.fromEntries(references.filter(([key]) => Object.hasOwn(task, key))) }));
  }

  /** The task's configuration with its references resolved. @throws ConfigException if a provider fails. */
  async resolveTask(config: Properties): Promise<Properties> {
    const { data, resolved } = await this.#context.transformer.transform(config);
    this.#context.mask.add(resolved.map(({ value }) => value));
    return data;
  }

  /** A text without the connector's secrets. Invariant 5. */
  hide(text: string): string {
    return this.#secrets.hide(text);
  }

  /** Takes the connector's secrets out of an error. */
  hideInError(error: unknown): unknown {
    return this.#secrets.hideInError(error);
  }

  /** A task configuration as it is shown: what a connector made of secrets is no less secret. */
  shown(task: Properties): Properties {
    return Object.fromEntries(Object.entries(task).map(([key, value]) => [key, this.#secrets.hideResolved(value)]));
  }

  /** Ends planned restarts. */
  close(): void {
    this.#context.reload.cancel(this.#name);
  }

  #keepSecrets(secrets: Secrets): void {
    this.#secrets = secrets;
    this.#context.mask.add(secrets.values);
  }
}
