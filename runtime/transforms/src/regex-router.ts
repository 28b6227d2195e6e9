import {
  ConfigDef,
  ConfigException,
  type ConnectRecord,
  IllegalArgumentException,
  NullPointerException,
  type PluginConfig,
  RegexValidator,
  type Transformation,
} from '@millrace/api';
import { JavaPattern } from './java/regex/java-pattern.ts';
import type { Replacement } from './java/regex/java-replacement.ts';

const CONFIG = new ConfigDef()
  .define('regex', {
    type: 'string',
    importance: 'high',
    validator: new RegexValidator((pattern) => new JavaPattern(pattern)),
    doc: 'Pattern of java.util.regex that the whole topic must match; other topics stay.',
  })
  .define('replacement', {
    type: 'string',
    importance: 'high',
    doc: 'What the first match is replaced by; $1 and ${name} stand for groups of the pattern.',
  });

/** Renames topics by a regular expression. As `org.apache.kafka.connect.transforms.RegexRouter`. */
export class RegexRouter implements Transformation {
  #pattern = new JavaPattern('');
  #replacement: Replacement | null = null;
  /** Topics are few and records many. */
  #lastTopic: string | null = null;
  #lastRoute: string | null = null;

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    const { regex, replacement } = CONFIG.parse(config);
    this.#pattern = new JavaPattern(regex);
    this.#lastTopic = null;
    this.#replacement = replacement === null ? null : replacementOf(this.#pattern, replacement);
  }

  /**
   * @throws IllegalArgumentException if the replacement is malformed: as in Kafka, not before a topic matches.
   * @throws IndexOutOfBoundsException if it names a group number that the pattern does not have.
   * @throws NullPointerException without a topic or a replacement.
   */
  apply<R extends ConnectRecord<R>>(record: R): R {
    const { topic } = record;
    if (topic === null) throw new NullPointerException('The record has no topic that could be matched');
    if (topic !== this.#lastTopic) {
      this.#lastRoute = this.#route(topic);
      this.#lastTopic = topic;
    }
    return this.#lastRoute === null ? record : record.withTopic(this.#lastRoute);
  }

  /** The new topic, or null if it does not match. */
  #route(topic: string): string | null {
    if (!this.#pattern.matches(topic)) return null;
    if (this.#replacement === null) throw new NullPointerException('replacement must not be null');
    return this.#pattern.replaceFirst(topic, this.#replacement);
  }
}

function replacementOf(pattern: JavaPattern, text: string): Replacement {
  try {
    return pattern.replacement(text);
  } catch (error) {
    if (!(error instanceof IllegalArgumentException)) throw error;
    throw ConfigException.invalidValue('replacement', text, error.message, { cause: error });
  }
}
