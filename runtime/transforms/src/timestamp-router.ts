import {
  ConfigDef,
  type ConnectRecord,
  DataException,
  NullPointerException,
  type Parsed,
  type PluginConfig,
  type Transformation,
} from '@millrace/api';
import { SimpleDateFormat } from './java/simple-date-format.ts';

const CONFIG = new ConfigDef()
  .define('topic.format', {
    type: 'string',
    default: '${topic}-${timestamp}',
    importance: 'high',
    doc: 'The new topic; ${topic} and ${timestamp} stand for the old one and for the timestamp of the record.',
  })
  .define('timestamp.format', {
    type: 'string',
    default: 'yyyyMMdd',
    importance: 'high',
    doc: 'Form of the timestamp, as a pattern of java.text.SimpleDateFormat; in UTC.',
  });

/** Routes records by their timestamp. As `org.apache.kafka.connect.transforms.TimestampRouter`. */
export class TimestampRouter implements Transformation {
  #config: Parsed<typeof CONFIG> = CONFIG.parse({});
  #format: SimpleDateFormat | null = null;

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    this.#config = CONFIG.parse(config);
    this.#format = null;
  }

  /**
   * @throws DataException if the record has no timestamp.
   * @throws IllegalArgumentException if the configured format is no pattern: as in Kafka, not before the first record.
   */
  apply<R extends ConnectRecord<R>>(record: R): R {
    const { topic, kafkaPartition, timestamp } = record;
    if (timestamp === null) {
      throw new DataException(`Timestamp missing on record: topic ${topic}, partition ${kafkaPartition}`);
    }
    const formatted = this.#timestampFormat().format(timestamp);
    const template = required(this.#config['topic.format'], 'topic.format');
    return record.withTopic(
      template.replaceAll('${topic}', () => required(topic, 'the topic of the record')).replaceAll('${timestamp}', () => formatted),
    );
  }

  #timestampFormat(): SimpleDateFormat {
    this.#format ??= new SimpleDateFormat(required(this.#config['timestamp.format'], 'timestamp.format'));
    return this.#format;
  }
}

function required(text: string | null, what: string): string {
  if (text === null) throw new NullPointerException(`${what} must not be null`);
  return text;
}
