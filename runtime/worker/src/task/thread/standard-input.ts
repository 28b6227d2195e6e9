import type { PluginThread } from './plugin-thread.ts';

/** In a thread: tells when a plug-in first asks for the standard input, which is empty until the main thread hands its own on. */
export function onStandardInputWanted(wanted: () => void): void {
  const stream = Object.getOwnPropertyDescriptor(process, 'stdin');
  if (stream?.get === undefined) return;
  const get = stream.get.bind(process);
  let isWanted = false;
  Object.defineProperty(process, 'stdin', {
    ...stream,
    get: () => {
      if (!isWanted) wanted();
      isWanted = true;
      return get() as NodeJS.ReadStream;
    },
  });
}

/** On the main thread: hands the standard input of the process to a thread, at the pace at which the thread takes it, until that ends. */
export function forwardStandardInput({ worker, ended }: PluginThread): void {
  const { stdin } = worker;
  if (stdin === null) return;
  process.stdin.pipe(stdin);
  void ended.then(() => {
    process.stdin.unpipe(stdin);
    process.stdin.pause();
  });
}
