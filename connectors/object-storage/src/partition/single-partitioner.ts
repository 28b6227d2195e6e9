import type { Partitioner } from './partitioner.ts';

/** One file at a time for each topic partition, without a directory: how IBM's COS sink works. */
export class SinglePartitioner implements Partitioner {
  readonly isDeterministic = true;

  encode(): string {
    return '';
  }
}
