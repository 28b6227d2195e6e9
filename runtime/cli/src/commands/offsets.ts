import { readFile, writeFile } from 'node:fs/promises';
import type { ConnectClient, ConnectorOffsets } from '../client/connect-client.ts';
import { exactJson, parseExact } from '../client/exact-json.ts';
import { ClientExit, CommandError } from '../exit-codes.ts';
import type { Report } from '../output/report.ts';
import type { VerbContext } from '../output/run-verb.ts';
import { count } from '../output/validation-report.ts';

/** `millrace patch offsets NAME -f FILE`: the connector must be stopped (KIP-875). */
export async function patchOffsets(context: VerbContext, name: string, options: { readonly file: string }): Promise<Report> {
  const text = options.file === '-' ? await context.terminal.readInput() : await readText(options.file);
  const offsets = parsedOffsets(options.file, text);
  const client = await context.client();
  await ensureStopped(client, name);
  const message = await client.patchOffsets(name, offsets);
  return {
    summary: { offsets: offsets.offsets.length },
    result: { connector: name, message, offsets: offsets.offsets },
    names: [name],
    text: () => `${name}: ${message}`,
  };
}

/** `millrace delete offsets NAME`: back to the beginning; what was there can be kept in a file that `patch offsets` takes. */
export async function deleteOffsets(context: VerbContext, name: string, options: { readonly backup?: string }): Promise<Report> {
  const client = await context.client();
  await ensureStopped(client, name);
  const before = await client.offsets(name);
  await confirm(context, name, before.offsets.length);
  if (options.backup !== undefined) await writeBackup(options.backup, before);
  const message = await client.resetOffsets(name);
  const saved = options.backup === undefined ? '' : `\n${count(before.offsets.length, 'offset')} kept in ${options.backup}`;
  return {
    summary: { offsets: before.offsets.length },
    result: { connector: name, message, before: before.offsets, backup: options.backup ?? null },
    names: [name],
    text: () => `${name}: ${message}${saved}`,
  };
}

async function ensureStopped(client: ConnectClient, name: string): Promise<void> {
  const { connector } = await client.status(name);
  if (connector.state === 'STOPPED') return;
  throw new CommandError(ClientExit.RUNTIME, `Offsets can be changed only of a connector that is STOPPED; ${name} is ${connector.state}`, {
    suggestion: `Stop it: millrace stop connector ${name} --wait`,
  });
}

async function confirm({ terminal, options }: VerbContext, name: string, offsets: number): Promise<void> {
  if (options.yes === true) return;
  const answer = await terminal.confirm(`Forget ${count(offsets, 'offset')} of ${name}?`);
  if (answer === false) throw new CommandError(ClientExit.VALIDATION, 'Nothing was changed');
}

/** Writes a new file. @throws CommandError VALIDATION if there is one already: it may be the only copy. */
async function writeBackup(path: string, offsets: ConnectorOffsets): Promise<void> {
  try {
    await writeFile(path, `${exactJson(offsets, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'the file exists' : (error as Error).message;
    throw new CommandError(ClientExit.VALIDATION, `The backup ${path} cannot be written, so nothing was changed: ${reason}`, {
      suggestion: 'Name another file with --backup',
      cause: error,
    });
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(ClientExit.VALIDATION, `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function parsedOffsets(path: string, text: string): ConnectorOffsets {
  const suggestion = 'It must hold {"offsets": [{"partition": {…}, "offset": {…}}]}, as millrace delete offsets --backup writes it';
  let json: unknown;
  try {
    json = parseExact(text);
  } catch (error) {
    throw new CommandError(ClientExit.VALIDATION, `${path} is not valid JSON: ${(error as Error).message}`, { suggestion, cause: error });
  }
  // What `get offsets -o json` printed is taken as well.
  const envelope = (json as { readonly result?: unknown } | null)?.result ?? json;
  if (Array.isArray((envelope as Partial<ConnectorOffsets> | null)?.offsets)) return envelope as ConnectorOffsets;
  throw new CommandError(ClientExit.VALIDATION, `${path} holds no offsets`, { suggestion });
}
