import { ConnectException } from '@millrace/api';

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'Give the user that the worker runs as access to the file and its folder.',
  EPERM: 'Give the user that the worker runs as access to the file and its folder.',
  EISDIR: 'Set `file` to a file; this is a folder.',
  ENOTDIR: 'Check the path in `file`: a part of it is no folder.',
  ENOENT: 'Create the folder of the file, or correct the path in `file`.',
  EROFS: 'Set `file` to a path on a file system that can be written.',
  ENOSPC: 'Free space on the file system, then restart the task; what was not committed is written again.',
  EDQUOT: 'Free space or raise the quota, then restart the task; what was not committed is written again.',
  EMFILE: 'Raise the limit of open files of the worker (ulimit -n).',
  EPIPE: 'Whatever read the standard output of the worker has ended: start it again, or set `file`.',
};

/** The error of a file operation as users see it: what failed on which file, why, and what to do. */
export function fileError(what: string, error: unknown): ConnectException {
  const { code, message } = error as NodeJS.ErrnoException;
  const suggestion = code === undefined ? undefined : remedies[code];
  return new ConnectException(`${what}: ${message}`, {
    cause: error,
    configKey: 'file',
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}
