/** `npm start`: makes the clone ready, then runs `millrace quickstart` with the arguments given. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, runScript } from './bootstrap.mjs';
import { childEnv, root, StepError } from './lib/run.mjs';

const PARENT_CHECK_MS = 500;
const command = join(root, 'runtime/cli/bundle/main.js');

/** SIGTERM for `npm start` ends npm and its shell, and npm's shell tells nobody: without this the worker would go on alone. */
function stopWithParent() {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS);
  check.unref();
}

await runScript(async () => {
  if (process.env['npm_lifecycle_event'] === 'start') stopWithParent();
  await bootstrap();
  if (!existsSync(command)) throw new StepError('The build made no runtime/cli/bundle/main.js.');
  // In this process, not in a child: Ctrl-C, SIGTERM and the exit code are the command's own, with nobody in between.
  process.argv = [process.execPath, command, 'quickstart', ...process.argv.slice(2)];
  const kept = childEnv();
  for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
  await import(pathToFileURL(command).href);
});
