import type { Logger } from '@millrace/api';
import type { TaskServices } from './task-services.ts';

/** The logger of a plug-in: its lines go through the worker, which adds connector and task. */
export function taskLogger(services: Pick<TaskServices, 'log'>): Logger {
  return {
    error: (message, fields = {}) => services.log('error', message, fields),
    warn: (message, fields = {}) => services.log('warn', message, fields),
    info: (message, fields = {}) => services.log('info', message, fields),
    debug: (message, fields = {}) => services.log('debug', message, fields),
  };
}
