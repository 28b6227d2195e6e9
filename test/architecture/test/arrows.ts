import type { Import } from './source-files.ts';

/** What a package of the runtime, or the runner of the labs, may import of the workspace. Packages that are not named here may import none of it but the api. */
const runtimeArrows: Readonly<Record<string, readonly string[]>> = {
  'runtime/api': [],
  'runtime/converters': ['@millrace/api'],
  'runtime/transforms': ['@millrace/api'],
  'runtime/kafka': ['@millrace/api'],
  'runtime/worker': ['@millrace/api', '@millrace/converters', '@millrace/transforms', '@millrace/kafka'],
  'runtime/cli': ['@millrace/api', '@millrace/converters', '@millrace/transforms', '@millrace/kafka', '@millrace/worker'],
  'runtime/testkit': ['@millrace/api', '@millrace/kafka', '@millrace/worker'],
  // JSON files are Kafka Connect's JSON.
  'connectors/object-storage': ['@millrace/api', '@millrace/converters'],
  'labs/runner': ['@millrace/test-services'],
};

/** Code that connectors share; it belongs to no connector and knows no driver. */
const sharedByConnectors = ['@millrace/object-storage'];

/** A rule of one room of the worker: what its files may not import of the worker's other rooms. */
interface RoomRule {
  readonly room: string;
  readonly forbidden: readonly string[];
  /** Files of a forbidden room that may be imported all the same: an interface between the rooms. */
  readonly except?: readonly string[];
}

const worker = 'runtime/worker/src';
const roomRules: readonly RoomRule[] = [
  { room: 'rest', forbidden: ['herder', 'task', 'storage'], except: [`${worker}/herder/herder.ts`] },
  { room: 'herder', forbidden: ['rest'] },
  { room: 'task', forbidden: ['herder', 'rest'] },
  { room: 'storage', forbidden: ['herder', 'rest'] },
  { room: 'plugins', forbidden: ['herder', 'rest', 'task', 'storage'] },
  {
    room: 'metrics',
    forbidden: ['herder', 'rest', 'task', 'storage', 'plugins'],
    except: [`${worker}/herder/herder.ts`, `${worker}/task/task-services.ts`, `${worker}/task/task-id.ts`],
  },
  { room: 'config', forbidden: ['herder', 'rest', 'task', 'storage', 'metrics'] },
];

/** Is this the name of a package of this workspace? */
export function isOurs(name: string): boolean {
  return name.startsWith('@millrace/') || name === 'millrace';
}

/** Which imports between packages point the wrong way, as `file imports package`. Tests that need more than one package may import any. */
export function wrongArrows(folder: string, imports: readonly Import[]): string[] {
  if (folder.startsWith('test/')) return [];
  const allowed = runtimeArrows[folder] ?? ['@millrace/api', ...sharedByConnectors];
  return imports.filter(({ to }) => isOurs(to) && !allowed.includes(to)).map(pair);
}

/** Which relative imports of a package's sources leave them. */
export function escapes(folder: string, imports: readonly Import[]): string[] {
  return imports.filter(({ to }) => isPath(to) && !to.startsWith(`${folder}/src/`)).map(pair);
}

/** Which imports between the rooms of the worker point the wrong way. */
export function wrongRooms(imports: readonly Import[]): string[] {
  return imports.filter((candidate) => roomRules.some((rule) => breaks(rule, candidate))).map(pair);
}

function breaks({ room, forbidden, except = [] }: RoomRule, { from, to }: Import): boolean {
  if (!from.startsWith(`${worker}/${room}/`) || except.includes(to)) return false;
  return forbidden.some((other) => to.startsWith(`${worker}/${other}/`));
}

/** Which imported packages the manifest does not name. */
export function undeclared(declared: readonly string[], imports: readonly Import[]): string[] {
  return imports.filter(({ to }) => !isPath(to) && !to.startsWith('node:') && !declared.includes(to)).map(pair);
}

function isPath(to: string): boolean {
  return /^(?:runtime|connectors|test|labs|scripts|\.\.)\//.test(to);
}

function pair({ from, to }: Import): string {
  return `${from} imports ${to}`;
}
