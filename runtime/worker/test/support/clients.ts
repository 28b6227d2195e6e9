import type { ClientProperties, Consumer, Producer } from '@millrace/kafka';
import type { TestWorker } from './test-worker.ts';

/** Lets a test see and change each consumer that a worker opens from now on. */
export function onConsumer(worker: TestWorker, change: (consumer: Consumer) => void): void {
  const open = worker.transport.consumer.bind(worker.transport);
  worker.transport.consumer = (options) => {
    const consumer = open(options);
    change(consumer);
    return consumer;
  };
}

/** Lets a test see and change each producer that a worker opens from now on. */
export function onProducer(worker: TestWorker, change: (producer: Producer, properties: ClientProperties) => void): void {
  const open = worker.transport.producer.bind(worker.transport);
  worker.transport.producer = (properties) => {
    const producer = open(properties);
    change(producer, properties);
    return producer;
  };
}
