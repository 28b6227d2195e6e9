import { ConfigException } from '@millrace/api';
import { jsonSetting } from '../config/json-setting.ts';
import { type Doc, isDoc } from '../document/document.ts';
import type { PostProcessor } from './post-processor.ts';

/** Renames the last name of each listed path; what is not there, or would overwrite something, stays. @throws ConfigException */
export function renameByMapping(text: string): PostProcessor {
  const rules = entries('field.renamer.mapping', text, ['oldName', 'newName'] as const).map(({ oldName, newName }) => {
    const [half, ...path] = oldName.split('.');
    return { half, parents: path.slice(0, -1), from: path.at(-1) ?? '', to: newName };
  });
  return (docs) => {
    for (const { half, parents, from, to } of rules) {
      let doc: unknown = half === 'key' ? docs.key : half === 'value' ? docs.value : null;
      for (const name of parents) doc = isDoc(doc) ? doc.get(name) : null;
      if (isDoc(doc) && doc.has(from) && !doc.has(to)) rename(doc, from, to);
    }
  };
}

interface Rule {
  readonly path: RegExp;
  readonly pattern: RegExp;
  readonly replace: string;
}

/** Replaces a pattern in the names of all fields whose full path matches; rules apply one after another. @throws ConfigException */
export function renameByRegExp(text: string): PostProcessor {
  const key = 'field.renamer.regexp';
  const rules = entries(key, text, ['regexp', 'pattern', 'replace'] as const).map(
    (entry): Rule => ({
      path: regularExpression(key, `^(?:${entry.regexp})$`, ''),
      pattern: regularExpression(key, entry.pattern, 'g'),
      replace: entry.replace,
    }),
  );
  return (docs) => {
    for (const rule of rules) {
      if (docs.hasKey) renameAll(docs.key, 'key', rule);
      renameAll(docs.value, 'value', rule);
    }
  };
}

function renameAll(doc: Doc | null, above: string, rule: Rule): void {
  if (doc === null) return;
  // A copy, since renaming moves a field to the end.
  for (const [name, value] of Array.from(doc)) {
    const path = `${above}.${name}`;
    const renamed = rule.path.test(path) ? name.replace(rule.pattern, rule.replace) : name;
    if (renamed !== name && !doc.has(renamed)) rename(doc, name, renamed);
    if (isDoc(value)) renameAll(value, `${above}.${renamed}`, rule);
  }
}

/** As in Java the field moves to the end. */
function rename(doc: Doc, from: string, to: string): void {
  const value = doc.get(from);
  doc.delete(from);
  doc.set(to, value);
}

function regularExpression(key: string, source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw ConfigException.invalidValue(key, source, (error as Error).message);
  }
}

function entries<const Names extends readonly string[]>(key: string, text: string, names: Names): Record<Names[number], string>[] {
  const list = jsonSetting(key, text);
  if (!Array.isArray(list)) throw ConfigException.invalidValue(key, text, 'it must be a JSON array');
  return list.map((entry: unknown) => {
    const found = names.map((name) => [name, isDoc(entry) ? entry.get(name) : undefined] as const);
    const missing = found.find(([, value]) => typeof value !== 'string');
    if (missing !== undefined) throw ConfigException.invalidValue(key, text, `each item needs a text ${missing[0]}`);
    return Object.fromEntries(found) as Record<Names[number], string>;
  });
}
