import type { TaskServices } from '../task-services.ts';
import { traceOf } from '../trace.ts';
import type { ErrorReporter } from './error-reporter.ts';
import { sourcePlace, type FailureContext } from './failure-context.ts';
import type { TaskCounters } from '../task-counters.ts';

export interface LogReporterOptions {
  readonly taskName: string;
  /** `errors.log.include.messages`: whether lines say which record it was. Its content is never logged. */
  readonly includeRecord: boolean;
  readonly services: Pick<TaskServices, 'log'>;
  readonly counters: TaskCounters;
}

/** Writes failures to the log, as `org.apache.kafka.connect.runtime.errors.LogReporter`. */
export class LogReporter implements ErrorReporter {
  readonly #options: LogReporterOptions;

  constructor(options: LogReporterOptions) {
    this.#options = options;
  }

  report(context: FailureContext): null {
    this.#options.counters.errorsLogged += 1;
    this.#options.services.log('error', this.message(context), context.error === null ? {} : { error: traceOf(context.error) });
    return null;
  }

  /** The line that a failure gets. */
  message(context: FailureContext): string {
    const { taskName, includeRecord } = this.#options;
    const record = includeRecord ? recordText(context) : '';
    return `Error encountered in task ${taskName}. Executing stage '${context.stage}' with class '${context.executingClass}'${record}.`;
  }
}

function recordText({ consumed, source }: FailureContext): string {
  if (source !== null) return `, where source record is {${sourcePlace(source)}}`;
  if (consumed === null) return '';
  const { topic, partition, offset, timestamp, timestampType } = consumed;
  const time = timestampType === 'NoTimestampType' ? '' : `, timestamp=${timestamp}, timestampType=${timestampType}`;
  return `, where consumed record is {topic='${topic}', partition=${partition}, offset=${offset}${time}}`;
}
