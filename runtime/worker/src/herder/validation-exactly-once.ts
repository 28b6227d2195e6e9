import type { ConfigValue, Properties, SourceConnector } from '@millrace/api';
import { messageOf } from '../task/error-message.ts';

/** What the check of a source connector for exactly once delivery (KIP-618) goes by. */
export interface ExactlyOnceContext {
  readonly connector: SourceConnector;
  readonly props: Properties;
  readonly values: ReadonlyMap<string, ConfigValue>;
  /** Whether the worker runs source tasks in transactions. */
  readonly isEnabled: boolean;
}

/** Adds errors where a connector is asked for a promise that it, or the worker, cannot keep. */
export function validateExactlyOnce(context: ExactlyOnceContext): void {
  validateSupport(context);
  validateBoundary(context);
}

function validateSupport({ connector, props, values, isEnabled }: ExactlyOnceContext): void {
  const value = soundValue(values, 'exactly.once.support');
  if (value === null || String(value.value).toLowerCase() !== 'required') return;
  if (!isEnabled) value.errorMessages.push('This worker does not have exactly-once source support enabled.');
  attempt(value, () => {
    const support = connector.exactlyOnceSupport?.(props) ?? null;
    if (support === null) {
      return 'The connector does not say whether it supports exactly-once semantics. Set this to requested if its documentation says so.';
    }
    return support === 'SUPPORTED' ? null : 'The connector does not support exactly-once semantics with the provided configuration.';
  });
}

function validateBoundary({ connector, props, values }: ExactlyOnceContext): void {
  const value = soundValue(values, 'transaction.boundary');
  if (value === null || String(value.value).toLowerCase() !== 'connector') return;
  attempt(value, () =>
    connector.canDefineTransactionBoundaries?.(props) === 'SUPPORTED'
      ? null
      : 'The connector does not support connector-defined transaction boundaries with the given configuration. ' +
        'Please reconfigure it to use a different transaction boundary definition.',
  );
}

function soundValue(values: ReadonlyMap<string, ConfigValue>, key: string): ConfigValue | null {
  const value = values.get(key);
  return value === undefined || value.errorMessages.length > 0 ? null : value;
}

/** Adds the message that a question to the connector leads to, if any. */
function attempt(value: ConfigValue, question: () => string | null): void {
  let message: string | null;
  try {
    message = question();
  } catch (error) {
    message = `An unexpected error occurred during validation: ${messageOf(error).trim()}`;
  }
  if (message !== null) value.errorMessages.push(message);
}
