import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorkerLog, startStandalone, type StandaloneWorker } from '@millrace/worker';
import { ExitCode, orExit } from '../exit-codes.ts';
import { ownPluginFolders } from '../installed-plugins.ts';
import { shutdownSignal } from '../shutdown.ts';
import { StatusLine } from '../status-line.ts';
import type { Terminal } from '../terminal.ts';

export interface QuickstartOptions {
  /** REST port. Default 8083, or a free one if that is taken. */
  readonly port?: number;
  /** Records a second that the generator makes; 0: as many as it can. */
  readonly rate: number;
}

const defaultPort = 8083;
const ordersFile = 'orders.jsonl';
const linesFile = 'lines.txt';
/** Holds the process number of the quickstart whose folder it is. */
const ownerFile = 'owner.pid';

/** `millrace quickstart`: generated orders through a topic of the embedded log into a file, until Ctrl-C. Leaves nothing behind. */
export async function quickstart(terminal: Terminal, options: QuickstartOptions): Promise<void> {
  const stopped = shutdownSignal();
  const folder = await ownFolder();
  let worker: StandaloneWorker | null = null;
  try {
    const port = options.port ?? (await freePort(defaultPort));
    worker = await orExit(ExitCode.START_UP, () => startWorker(terminal, port));
    const started = worker;
    await orExit(ExitCode.CONNECTOR, () => createPipeline(started, folder, options.rate));
    introduce(terminal, worker.url, folder, port);
    const status = new StatusLine(terminal, () => started.herder.taskMetrics);
    status.start();
    await stopped;
    status.stop();
    terminal.out('Stopping …');
  } finally {
    await worker?.stop();
    await rm(folder, { recursive: true, force: true });
  }
  terminal.out('Stopped. Nothing is left behind.');
}

async function startWorker(terminal: Terminal, port: number): Promise<StandaloneWorker> {
  return startStandalone({
    properties: {
      'bootstrap.servers': 'embedded:',
      // Only this machine may talk to a worker that nobody has secured.
      listeners: `http://127.0.0.1:${port}`,
      'rest.advertised.host.name': 'localhost',
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'false',
      'offset.flush.interval.ms': '1000',
    },
    offsetsInMemory: true,
    pluginFolders: ownPluginFolders(),
    log: createWorkerLog({ format: 'text', level: 'warn', write: (line) => terminal.err(line.trimEnd()) }),
  });
}

async function createPipeline({ herder }: StandaloneWorker, folder: string, rate: number): Promise<void> {
  const create = async (name: string, config: Record<string, string>): Promise<void> => {
    await herder.putConnectorConfig(name, { name, ...config }, { allowReplace: false });
    await herder.awaitStart(name);
  };
  await create('orders', {
    'connector.class': 'Datagen',
    topic: 'orders',
    quickstart: 'orders',
    'value.format': 'map',
    rate: String(rate),
    transforms: 'origin',
    'transforms.origin.type': 'InsertField$Value',
    'transforms.origin.static.field': 'origin',
    'transforms.origin.static.value': 'quickstart',
  });
  await create('orders-file', {
    'connector.class': 'FileStreamSink',
    topics: 'orders',
    file: join(folder, ordersFile),
    // The bytes in the topic are JSON; as text they are the lines of the file.
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  });
  // Waits for the reader's own source, which the README has them create.
  await create('lines-file', { 'connector.class': 'FileStreamSink', topics: 'lines', file: join(folder, linesFile) });
}

function introduce(terminal: Terminal, url: string, folder: string, port: number): void {
  const output = join(folder, ordersFile);
  const { bold, cyan, dim } = terminal.colors;
  const moved = port === defaultPort ? '' : dim(`   (port ${defaultPort} is taken)`);
  const lines = [
    '',
    bold('Millrace is running: generated orders → topic orders → file'),
    '',
    `  REST     ${cyan(url)}${moved}`,
    `  Status   ${cyan(`${url}/connectors?expand=status`)}`,
    `  Records  ${cyan(output)}`,
    '',
    'Try in another terminal:',
    '',
    `  curl ${url}/connectors/orders/status`,
    `  curl -X PUT ${url}/connectors/orders/pause`,
    `  tail -n 3 ${output}`,
    `  curl -X PUT ${url}/connectors/orders/resume`,
    '',
    dim('Ctrl-C stops everything and leaves nothing behind.'),
    '',
  ];
  terminal.out(lines.join('\n'));
}

/** A folder that nobody else uses: of a fixed name, which the README can print, unless another quickstart has it. */
async function ownFolder(): Promise<string> {
  const fixed = join(tmpdir(), 'millrace-quickstart');
  await removeAbandoned(fixed);
  const folder = await mkdir(fixed).then(
    () => fixed,
    () => `${fixed}-${process.pid}`,
  );
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, ownerFile), String(process.pid));
  return folder;
}

/** Removes the folder of a quickstart that was killed. */
async function removeAbandoned(folder: string): Promise<void> {
  const owner = Number(await readFile(join(folder, ownerFile), 'utf8').catch(() => ''));
  if (owner > 0 && !isRunning(owner)) await rm(folder, { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The wanted port if nobody has it, else any free one. */
async function freePort(wanted: number): Promise<number> {
  return (await canListen(wanted)) ?? (await canListen(0)) ?? 0;
}

function canListen(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ host: '127.0.0.1', port }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
