import type { Logger } from '@millrace/api';
import type { TaskServices } from './task-services.ts';

/** The logger of a plug-in: its lines go through the worker, which adds connector and task. */
export function taskLogger(services: Pick<TaskServices, 'log'>): Logger {
  return {
    error: (message, fields = noFields) => services.log('error', message, fields, 'plugin'),
    warn: (message, fields = noFields) => services.log('warn', message, fields, 'plugin'),
    info: (message, fields = noFields) => services.log('info', message, fields, 'plugin'),
    debug: (message, fields = noFields) => services.log('debug', message, fields, 'plugin'),
  };
}

const noFields: Readonly<Record<string, unknown>> = Object.freeze({});
