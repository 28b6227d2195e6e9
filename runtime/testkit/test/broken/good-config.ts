import { ConfigDef, Range } from '@millrace/api';

const group = 'System';

/** A definition that may get further keys. */
export const goodConfig = () =>
  new ConfigDef()
    .define('system', {
      type: 'string',
      importance: 'high',
      doc: 'Number of the system in memory.',
      group,
      orderInGroup: 1,
      displayName: 'System',
    })
    .define('batch.size', {
      type: 'int',
      default: 16,
      validator: Range.atLeast(1),
      importance: 'low',
      doc: 'Most records that a poll gives.',
      group,
      orderInGroup: 2,
      displayName: 'Batch size',
    })
    .define('system.password', {
      type: 'password',
      default: null,
      importance: 'medium',
      doc: 'Password of the system, which asks for none.',
      group,
      orderInGroup: 3,
      displayName: 'Password',
    });

/** What the good connectors take. */
export const GOOD_CONFIG = goodConfig();
