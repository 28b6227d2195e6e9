import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where engines of this machine listen: Docker, Docker Desktop, rootless Docker, rootless Podman. */
function usualSockets(): readonly string[] {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    join(homedir(), '.docker/run/docker.sock'),
    join(homedir(), '.docker/desktop/docker.sock'),
    ...(runtime === undefined ? [] : [join(runtime, 'docker.sock'), join(runtime, 'podman/podman.sock')]),
  ];
}

const ANSWER_MS = 2000;

/** The socket that an engine may listen on: that of `DOCKER_HOST`, else the first usual one that exists; null when there is none. */
function engineSocket(): string | null {
  const host = process.env['DOCKER_HOST'];
  if (host === undefined || host === '') return usualSockets().find((socket) => existsSync(socket)) ?? null;
  return host.startsWith('unix://') ? host.slice('unix://'.length) : null;
}

/** Asks the engine something. @returns the HTTP status; null when nothing answers within two seconds. */
function ask(socketPath: string, path: string): Promise<number | null> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path, timeout: ANSWER_MS }, (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(null));
    asked.on('close', () => resolve(null));
    asked.end();
  });
}

/** The name under which an image is asked for: that of the public registry, behind `TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX`. */
export function localName(image: string): string {
  const prefix = process.env['TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX'];
  return prefix === undefined || prefix === '' ? image : `${prefix}/${image}`;
}

/** Has the engine of this machine that image? No when there is no engine. Takes milliseconds: nothing is loaded and nothing pulled. */
export async function hasImage(image: string): Promise<boolean> {
  const socket = engineSocket();
  if (socket === null) return false;
  return (await ask(socket, `/images/${localName(image)}/json`)) === 200;
}

/** Why no container can run here, in one sentence for a person; null when an engine answers. */
export async function whyNoEngine(): Promise<string | null> {
  const socket = engineSocket();
  const host = process.env['DOCKER_HOST'];
  if (socket === null && host !== undefined && host !== '') {
    return `DOCKER_HOST is ${host}: test services use an engine of this machine only, at unix:///…`;
  }
  if (socket === null) return 'a container engine is needed, and none listens here: start Docker or Podman, or set DOCKER_HOST';
  if ((await ask(socket, '/_ping')) === 200) return null;
  return `a container engine is needed, and none answers at ${socket}: start Docker or Podman, or set DOCKER_HOST`;
}
