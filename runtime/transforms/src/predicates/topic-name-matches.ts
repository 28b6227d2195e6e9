import {
  CompositeValidator,
  ConfigDef,
  type ConnectRecord,
  NonEmptyString,
  type PluginConfig,
  type Predicate,
  RegexValidator,
} from '@millrace/api';
import { JavaPattern } from '../java/regex/java-pattern.ts';

const CONFIG = new ConfigDef().define('pattern', {
  type: 'string',
  importance: 'medium',
  validator: CompositeValidator.of(new NonEmptyString(), new RegexValidator((pattern) => new JavaPattern(pattern))),
  doc: 'Pattern of java.util.regex that the whole topic must match.',
});

/** True for records whose whole topic matches a pattern. As `org.apache.kafka.connect.transforms.predicates.TopicNameMatches`. */
export class TopicNameMatches implements Predicate {
  #pattern = new JavaPattern('');
  /** Topics are few and records many. */
  #lastTopic: string | null = null;
  #lastResult = false;

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    this.#pattern = new JavaPattern(CONFIG.parse(config).pattern);
    this.#lastTopic = null;
    this.#lastResult = false;
  }

  test<R extends ConnectRecord<R>>(record: R): boolean {
    const { topic } = record;
    if (topic !== this.#lastTopic) {
      this.#lastTopic = topic;
      this.#lastResult = topic !== null && this.#pattern.matches(topic);
    }
    return this.#lastResult;
  }
}
