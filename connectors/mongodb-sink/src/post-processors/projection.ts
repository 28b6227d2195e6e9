import { type Doc, isDoc } from '../document/document.ts';

/** Changes a document in place. */
export type Projection = (doc: Doc) => void;

/** Whether a projection keeps what is listed or removes it. */
export type ProjectionType = 'allow' | 'block' | 'none';

/** The type in any of its spellings; anything else is none. */
export function projectionType(text: string): ProjectionType {
  if (text === 'allowlist' || text === 'whitelist') return 'allow';
  return text === 'blocklist' || text === 'blacklist' ? 'block' : 'none';
}

/** The projection of a list of paths, separated by commas. */
export function projection(type: ProjectionType, list: string): Projection {
  const paths = list
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
  if (type === 'none') return () => undefined;
  return type === 'block' ? blockList(paths) : allowList(paths);
}

function blockList(paths: readonly string[]): Projection {
  const split = paths.map((path) => path.split('.'));
  return (doc) => {
    for (const path of split) block(doc, path, 0);
  };
}

function block(doc: Doc, path: readonly string[], at: number): void {
  const name = path[at] as string;
  const isLast = at === path.length - 1;
  if (name === '**') doc.clear();
  else if (name === '*') blockLevel(doc, path, at);
  else if (!isLast) descend(doc.get(name), (inner) => block(inner, path, at + 1));
  else if (name.endsWith('*')) blockPrefix(doc, name.slice(0, -1));
  else doc.delete(name);
}

function blockPrefix(doc: Doc, prefix: string): void {
  for (const name of doc.keys()) if (name.startsWith(prefix)) doc.delete(name);
}

/** `*`: what is no document goes, and the rest of the path applies to the documents. */
function blockLevel(doc: Doc, path: readonly string[], at: number): void {
  for (const [name, value] of doc) {
    if (!isDoc(value)) doc.delete(name);
    else if (at < path.length - 1) block(value, path, at + 1);
  }
}

function descend(value: unknown, apply: (doc: Doc) => void): void {
  if (isDoc(value)) apply(value);
  else if (Array.isArray(value)) for (const item of value) descend(item, apply);
}

interface AllowList {
  readonly exact: ReadonlySet<string>;
  /** Segments of paths that have a `*` for a whole level. */
  readonly patterns: readonly (readonly string[])[];
  readonly prefixes: readonly string[];
  /** Paths whose whole subtree stays. */
  readonly subtrees: ReadonlySet<string>;
}

function allowList(paths: readonly string[]): Projection {
  if (paths.includes('**')) return () => undefined;
  const withAncestors = paths.flatMap((path) => {
    const names = path.split('.');
    return names.map((_, index) => names.slice(0, index + 1).join('.'));
  });
  const list: AllowList = {
    exact: new Set(withAncestors),
    patterns: withAncestors.map((path) => path.split('.')).filter((names) => names.includes('*')),
    prefixes: paths.filter((path) => !path.includes('.') && path.length > 1 && path.endsWith('*')).map((path) => path.slice(0, -1)),
    subtrees: new Set(paths.filter((path) => path.endsWith('.**')).map((path) => path.slice(0, -3))),
  };
  return (doc) => allow(doc, '', list);
}

function allow(doc: Doc, above: string, list: AllowList): void {
  for (const [name, value] of doc) {
    const path = above === '' ? name : `${above}.${name}`;
    if (!isAllowed(path, list)) doc.delete(name);
    else if (!list.subtrees.has(path)) descend(value, (inner) => allow(inner, path, list));
  }
}

function isAllowed(path: string, { exact, patterns, prefixes }: AllowList): boolean {
  if (exact.has(path)) return true;
  if (prefixes.some((prefix) => path.startsWith(prefix))) return true;
  if (patterns.length === 0) return false;
  const names = path.split('.');
  return patterns.some((pattern) => pattern.length === names.length && pattern.every((part, at) => part === '*' || part === names[at]));
}
