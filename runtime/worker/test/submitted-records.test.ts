import { describe, expect, it } from 'vitest';
import { SourceRecord } from '@millrace/api';
import { SubmittedRecords } from '../src/task/submitted-records.ts';

function record(file: string, position: number): SourceRecord {
  return new SourceRecord({ sourcePartition: { file }, sourceOffset: { position }, topic: 't' });
}

describe('SubmittedRecords', () => {
  it('makes committable only the leading run of acknowledged records', () => {
    const submitted = new SubmittedRecords(false);
    const [first, second, third] = [1, 2, 3].map((position) => submitted.submit(record('a', position)));

    submitted.acknowledge(third as never);
    expect(submitted.takeCommittable()).toEqual([]);
    submitted.acknowledge(first as never);
    expect(submitted.takeCommittable()).toEqual([[{ file: 'a' }, { position: 1 }]]);
    submitted.acknowledge(second as never);
    expect(submitted.takeCommittable()).toEqual([[{ file: 'a' }, { position: 3 }]]);
  });

  it('keeps source partitions apart by content, not by object', () => {
    const submitted = new SubmittedRecords(false);
    const a1 = submitted.submit(record('a', 1));
    const b1 = submitted.submit(record('b', 1));
    const a2 = submitted.submit(record('a', 2));

    submitted.acknowledge(b1);
    submitted.acknowledge(a2);

    expect(submitted.takeCommittable()).toEqual([[{ file: 'b' }, { position: 1 }]]);
    submitted.acknowledge(a1);
    expect(submitted.takeCommittable()).toEqual([[{ file: 'a' }, { position: 2 }]]);
  });

  it('hands each offset out once and takes back what could not be stored unless a newer one came', () => {
    const submitted = new SubmittedRecords(false);
    submitted.acknowledge(submitted.submit(record('a', 1)));
    const taken = submitted.takeCommittable();
    expect(submitted.takeCommittable()).toEqual([]);

    submitted.giveBack(taken);
    expect(submitted.takeCommittable()).toEqual(taken);

    submitted.acknowledge(submitted.submit(record('a', 2)));
    submitted.giveBack(taken);
    expect(submitted.takeCommittable()).toEqual([[{ file: 'a' }, { position: 2 }]]);
  });

  it('forgets a record that the producer did not take', () => {
    const submitted = new SubmittedRecords(false);
    const first = submitted.submit(record('a', 1));
    const second = submitted.submit(record('a', 2));

    submitted.withdraw(second);
    submitted.acknowledge(first);

    expect(submitted.unacknowledged).toBe(0);
    expect(submitted.takeCommittable()).toEqual([[{ file: 'a' }, { position: 1 }]]);
  });

  it('stays small over a long run with one record always open', () => {
    const submitted = new SubmittedRecords(false);
    let previous = submitted.submit(record('a', 0));
    for (let position = 1; position <= 100_000; position++) {
      const next = submitted.submit(record('a', position));
      submitted.acknowledge(previous);
      previous = next;
    }

    expect(submitted.unacknowledged).toBe(1);
    expect(submitted.takeCommittable()).toEqual([[{ file: 'a' }, { position: 99_999 }]]);
  });
});
