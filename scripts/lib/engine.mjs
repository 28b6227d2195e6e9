/** A container engine for a while: the one that answers, else a dockerd of our own that touches nothing of the machine's network. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run, StepError } from './run.mjs';

const START_MS = 30_000;
const STOP_MS = 20_000;
const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs work while an engine answers.
 *
 * @param {(env: Record<string, string>) => Promise<void>} work Gets the variables by which the engine is found.
 * @throws {StepError} when there is no engine and none can be started, with the reason.
 */
export async function withEngine(work) {
  if (await answers({})) {
    await work({});
    return;
  }
  const why = await whyNotStart();
  if (why !== null) throw new StepError(`No container engine answers, and none can be started: ${why}.`);
  const engine = await startEngine();
  const interrupt = () => void engine.stop().then(() => process.exit(130));
  for (const signal of signals) process.once(signal, interrupt);
  try {
    await work(engine.env);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
    await engine.stop();
  }
}

/** @param {Record<string, string>} env */
async function answers(env) {
  return (await run('docker', ['version', '--format', '{{.Server.Version}}'], { env })).code === 0;
}

/** Why this machine cannot start one, else null. */
async function whyNotStart() {
  if (process.platform !== 'linux') return 'start Docker Desktop or set DOCKER_HOST';
  if (process.getuid?.() !== 0) return 'dockerd needs root: start Docker or rootless Podman, or set DOCKER_HOST';
  for (const program of ['dockerd', 'docker']) {
    if ((await run(program, ['--version'])).code !== 0) return `${program} is not installed: apt-get install docker.io iptables mmdebstrap`;
  }
  return null;
}

async function startEngine() {
  // The images stay for the next time; socket and state of the process do not.
  const data = join(root, '.cache/engine');
  const folder = mkdtempSync(join(tmpdir(), 'millrace-engine-'));
  mkdirSync(data, { recursive: true });
  const host = `unix://${join(folder, 'docker.sock')}`;
  const logFile = join(folder, 'dockerd.log');
  const log = openSync(logFile, 'a');
  const state = ['--data-root', data, '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'docker.pid')];
  const child = spawn('dockerd', ['--host', host, ...state, '--iptables=false', '--ip-masq=false'], { stdio: ['ignore', log, log] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const env = { DOCKER_HOST: host };
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
    // Both stay behind, whatever ends the engine.
    await run('ip', ['link', 'del', 'docker0']);
    await run('umount', [join(folder, 'exec/netns/default')]);
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + START_MS;
  while (!(await answers(env))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      const said = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
      await stop();
      throw new StepError(`dockerd does not start:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { env, stop };
}
