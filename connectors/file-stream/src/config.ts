import { ConfigDef, NonEmptyString } from '@millrace/api';

// Names, types, order, defaults and importance are those of Kafka's two connectors, which give no group, width or display name.

/** Keys of the file source. */
export const SOURCE_CONFIG = new ConfigDef()
  .define('file', {
    type: 'string',
    default: null,
    importance: 'high',
    doc: 'File to read. Without it the standard input of the worker is read.',
  })
  .define('topic', {
    type: 'string',
    validator: new NonEmptyString(),
    importance: 'high',
    doc: 'Topic that the lines are written to.',
  })
  .define('batch.size', {
    type: 'int',
    default: 2000,
    importance: 'low',
    doc: 'Most lines that the task hands over at a time. A value below 1 counts as 1.',
  });

/** Keys of the file sink. */
export const SINK_CONFIG = new ConfigDef().define('file', {
  type: 'string',
  default: null,
  importance: 'high',
  doc: 'File to append to; it is created if needed. Without it records go to the standard output of the worker.',
});

/** The version that both connectors report: that of the Kafka release whose connectors they stand in for. */
export const KAFKA_VERSION = '4.3.1';
