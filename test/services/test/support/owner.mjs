// A process that starts another as test services do, prints its number, and waits to be killed. argv: log file, state ('' or SIGSTOP)
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const source = fileURLToPath(new URL('../../src/process/supervised-process.ts', import.meta.url));
const { module } = /** @type {{ module: typeof import('../../src/process/supervised-process.ts') }} */ (await runnerImport(source));
const [, , logFile = '', state = ''] = process.argv;
const child = module.SupervisedProcess.start({
  name: 'sleeper',
  command: 'sh',
  args: ['-c', 'sleep 600 & echo "grandchild $!"; wait'],
  cwd: '.',
  logFile,
});
await child.ready(async () => (await child.logs()).includes('grandchild'), 5000);
if (state === 'SIGSTOP') child.signal('SIGSTOP');
const grandchild = Number(/grandchild (\d+)/.exec(await child.logs())?.[1]);
process.stdout.write(JSON.stringify({ pid: child.pid, grandchild }));
setInterval(() => undefined, 1000);
