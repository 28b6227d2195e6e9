import { describe, expect, it } from 'vitest';
import { ConfigDef, configTable, Range, ValidString } from '@millrace/api';

describe('configTable', () => {
  it('makes a Markdown table in the order of the documentation', () => {
    const definition = new ConfigDef()
      .define('separator', { type: 'string', default: '|', importance: 'low', doc: 'Between fields,\n  `|` or `,`.' })
      .define('batch.size', { type: 'int', default: 2000, validator: Range.atLeast(1), importance: 'low', doc: 'Records a batch.' })
      .define('topic', { type: 'string', importance: 'high', doc: 'Topic to write to.' })
      .define('mode', { type: 'string', default: null, validator: ValidString.in('a', null), importance: 'low', doc: 'How.' })
      .define('columns', { type: 'list', default: '', importance: 'medium', doc: 'Which.' })
      .define('quote', { type: 'string', default: '``', importance: 'low', doc: 'Around a name.' })
      .define('hidden', { type: 'string', default: '', importance: 'low', doc: 'For tests.', internal: true });
    expect(configTable(definition)).toBe(
      [
        '| Name | Type | Default | Importance | Meaning |',
        '| --- | --- | --- | --- | --- |',
        '| `topic` | string | *required* | high | Topic to write to. |',
        '| `columns` | list | *empty* | medium | Which. |',
        '| `batch.size` | int, `[1,...]` | `2000` | low | Records a batch. |',
        '| `mode` | string, `[a, null]` | *none* | low | How. |',
        '| `quote` | string | ``` `` ``` | low | Around a name. |',
        '| `separator` | string | `\\|` | low | Between fields, `\\|` or `,`. |',
        '',
      ].join('\n'),
    );
  });
});
