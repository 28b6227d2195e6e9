import { AsyncLocalStorage, createHook } from 'node:async_hooks';

/** Resources that keep a process alive or a file open, by the names that Node's async hooks give them. */
const handleTypes: ReadonlySet<string> = new Set([
  'Timeout',
  'FILEHANDLE',
  'FSEVENTWRAP',
  'STATWATCHER',
  'PIPEWRAP',
  'PIPESERVERWRAP',
  'PROCESSWRAP',
  'SIGNALWRAP',
  'TCPWRAP',
  'TCPSERVERWRAP',
  'TLSWRAP',
  'UDPWRAP',
  'HTTP2SESSION',
  'MESSAGEPORT',
  'WORKER',
]);

interface Watched {
  readonly type: string;
  readonly resource: { hasRef?(): boolean };
}

const current = new AsyncLocalStorage<Map<number, Watched>>();

/**
 * Runs some work and tells of the handles that it opened, however indirectly, and that are still open afterwards. What others in the process open
 * meanwhile does not count, nor do timers that let the process end. The answer changes while handles close.
 */
export async function openHandles(work: () => Promise<void>): Promise<() => string[]> {
  const open = new Map<number, Watched>();
  const hook = createHook({
    init: (id, type, _trigger, resource) => {
      if (handleTypes.has(type) && current.getStore() === open) open.set(id, { type, resource });
    },
    destroy: (id) => void open.delete(id),
  });
  hook.enable();
  try {
    await current.run(open, work);
  } catch (error) {
    hook.disable();
    throw error;
  }
  return () => {
    const types = [...open.values()].filter(({ resource }) => resource.hasRef?.() !== false).map(({ type }) => type);
    if (types.length === 0) hook.disable();
    return types;
  };
}
