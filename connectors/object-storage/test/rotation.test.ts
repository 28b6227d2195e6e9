import { Schema, SchemaBuilder, Struct } from '@millrace/api';
import { describe, expect, it } from 'vitest';
import {
  ByteSizeRule,
  DeadlineRule,
  needsOtherFile,
  projected,
  RecordCountRule,
  RecordTimeRule,
  type RotationState,
  ScheduleRule,
  TimeZone,
} from '../src/index.ts';

function state(changes: Partial<RotationState> = {}): RotationState {
  return { recordCount: 1, byteCount: 10, firstTimestamp: 1000, lastPartition: 'a', firstWrittenAt: 5000, armedAt: 0, ...changes };
}

describe('rules that look at records', () => {
  it('close at the count and at the bytes, with the record that reaches them', () => {
    const count = new RecordCountRule(3);
    const bytes = new ByteSizeRule(100);

    expect([2, 3].map((recordCount) => count.isDueAfter(state({ recordCount })))).toEqual([false, true]);
    expect([99, 100].map((byteCount) => bytes.isDueAfter(state({ byteCount })))).toEqual([false, true]);
  });

  it('close before the record that is late enough, or goes elsewhere', () => {
    const rule = (onPartitionChange: boolean) => new RecordTimeRule({ intervalMs: 500, onPartitionChange, isDeterministic: true });
    const next = { timestamp: 1499, encodedPartition: 'a' };

    expect(rule(true).isDueBefore(state(), next)).toBe(false);
    expect(rule(true).isDueBefore(state(), { ...next, timestamp: 1500 })).toBe(true);
    expect(rule(true).isDueBefore(state(), { ...next, encodedPartition: 'b' })).toBe(true);
    expect(rule(false).isDueBefore(state(), { ...next, encodedPartition: 'b' })).toBe(false);
  });

  it('are deterministic, unlike those that look at the clock', () => {
    expect(new RecordCountRule(1).isDeterministic).toBe(true);
    expect(new ByteSizeRule(1).isDeterministic).toBe(true);
    expect(new RecordTimeRule({ intervalMs: 1, onPartitionChange: true, isDeterministic: false }).isDeterministic).toBe(false);
    expect(new DeadlineRule(1).isDeterministic).toBe(false);
    expect(new ScheduleRule(1, new TimeZone('UTC')).isDeterministic).toBe(false);
  });

  it('refuse limits below 1', () => {
    expect(() => new RecordCountRule(0)).toThrow('at least 1, got 0');
    expect(() => new ByteSizeRule(-1)).toThrow('rotate.bytes must be at least 1');
    expect(() => new DeadlineRule(0)).toThrow('at least 1 ms');
    expect(() => new ScheduleRule(0, new TimeZone('UTC'))).toThrow('rotate.schedule.interval.ms');
  });
});

describe('rules that look at the clock', () => {
  it('close at a deadline after the first record', () => {
    const rule = new DeadlineRule(700);

    expect(rule.dueAt(state())).toBe(5700);
    expect(rule.dueAt(state({ firstWrittenAt: null }))).toBeNull();
  });

  it('close at multiples of the interval from local midnight, and at midnight', () => {
    const rule = new ScheduleRule(5 * 3_600_000, new TimeZone('Europe/Zurich'));
    const at = (hour: number, minute = 0) => Date.UTC(2026, 0, 10, hour - 1, minute);

    expect(rule.dueAt(state({ armedAt: at(0) }))).toBe(at(5));
    expect(rule.dueAt(state({ armedAt: at(5, 1) }))).toBe(at(10));
    expect(rule.dueAt(state({ armedAt: at(21) }))).toBe(at(24));
  });

  it('reach the midnight of a day of 25 hours', () => {
    const rule = new ScheduleRule(3_600_000, new TimeZone('Europe/Zurich'));
    // Local 23:30 on 25 October 2026, when clocks were set back at 3.
    expect(rule.dueAt(state({ armedAt: Date.UTC(2026, 9, 25, 22, 30) }))).toBe(Date.UTC(2026, 9, 25, 23));
    expect(rule.dueAt(state({ armedAt: Date.UTC(2026, 9, 25, 21, 30) }))).toBe(Date.UTC(2026, 9, 25, 22));
  });
});

describe('schema compatibility', () => {
  const versioned = (version: number, extra: Record<string, Schema> = {}) => {
    const builder = SchemaBuilder.struct().name('order').version(version).field('id', Schema.INT32_SCHEMA);
    for (const [name, schema] of Object.entries(extra)) builder.field(name, schema);
    return builder.build();
  };
  const v1 = versioned(1);
  const v2 = versioned(2, { note: Schema.OPTIONAL_STRING_SCHEMA });

  it('NONE takes a new file for every difference', () => {
    expect(needsOtherFile('NONE', v1, v1)).toBe(false);
    expect(needsOtherFile('NONE', v1, v2)).toBe(true);
    expect(needsOtherFile('NONE', null, v1)).toBe(true);
    expect(needsOtherFile('NONE', null, null)).toBe(false);
  });

  it.each([
    ['BACKWARD', true, false],
    ['FULL', true, false],
    ['FORWARD', false, true],
  ] as const)('%s takes a new file in one direction and projects in the other', (mode, newer, older) => {
    expect(needsOtherFile(mode, v1, v2)).toBe(newer);
    expect(needsOtherFile(mode, v2, v1)).toBe(older);
    expect(needsOtherFile(mode, v1, v1)).toBe(false);
  });

  it('projects the record into the schema of the file', () => {
    const value = projected('BACKWARD', v2, v1, new Struct(v1, [7]));

    expect((value as Struct).schema).toBe(v2);
    expect((value as Struct).values).toEqual([7, null]);
  });

  it('takes a new file where a projection would lose something', () => {
    const required = versioned(2, { note: Schema.STRING_SCHEMA });
    const wide = versioned(2, { n: Schema.INT64_SCHEMA });
    const narrow = versioned(1, { n: Schema.INT32_SCHEMA });

    expect(needsOtherFile('BACKWARD', required, v1)).toBe(true);
    expect(needsOtherFile('BACKWARD', wide, narrow)).toBe(false);
    expect(needsOtherFile('FORWARD', narrow, wide)).toBe(true);
    expect(needsOtherFile('BACKWARD', wide, SchemaBuilder.struct().name('other').version(1).build())).toBe(true);
  });

  it('refuses a missing version and a mix with schemaless records', () => {
    expect(() => needsOtherFile('BACKWARD', null, v1)).toThrow('a record with a schema among others');
    expect(() => needsOtherFile('FULL', Schema.STRING_SCHEMA, Schema.STRING_SCHEMA)).toThrow('needs schemas with a version');
  });
});
