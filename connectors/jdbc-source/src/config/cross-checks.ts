import { given, type Keys, queryOf } from './keys.ts';

/** What is wrong with one key, given the others. */
export interface ConfigProblem {
  readonly key: string;
  readonly message: string;
}

type Add = (key: string, message: string) => void;

/** Everything that is wrong with how keys go together. */
export function configProblems(keys: Keys): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const add: Add = (key, message) => problems.push({ key, message });
  checkConnection(keys, add);
  checkTables(keys, add);
  checkQuery(keys, add);
  checkColumns(keys, add);
  checkSafeMode(keys, add);
  return problems;
}

function checkConnection(keys: Keys, add: Add): void {
  if (keys['connection.url'] === '') add('connection.url', 'a URL such as jdbc:postgresql://host:5432/database is required');
  if (keys.mode === '') add('mode', 'one of bulk, incrementing, timestamp, timestamp+incrementing is required');
}

const LEGACY = ['table.whitelist', 'table.blacklist', 'incrementing.column.name', 'timestamp.column.name'] as const;
const MODERN = ['table.include.list', 'table.exclude.list', 'incrementing.column.mapping', 'timestamp.columns.mapping'] as const;
const FILTERS = ['table.whitelist', 'table.blacklist', 'table.include.list', 'table.exclude.list'] as const;

function isGiven(keys: Keys, key: (typeof LEGACY)[number] | (typeof MODERN)[number]): boolean {
  const value = keys[key];
  return typeof value === 'string' ? value.trim() !== '' : given(value).length > 0;
}

function checkTables(keys: Keys, add: Add): void {
  const legacy = LEGACY.filter((key) => isGiven(keys, key));
  const modern = MODERN.filter((key) => isGiven(keys, key));
  if (legacy.length > 0 && modern.length > 0) {
    for (const key of modern) add(key, `cannot be used together with ${legacy.join(' and ')}`);
  }
  if (isGiven(keys, 'table.exclude.list') && !isGiven(keys, 'table.include.list')) {
    add('table.exclude.list', 'needs table.include.list, from which it takes away');
  }
  for (const key of ['incrementing.column.mapping', 'timestamp.columns.mapping'] as const) {
    if (isGiven(keys, key) && !isGiven(keys, 'table.include.list')) add(key, 'needs table.include.list');
  }
}

function checkQuery(keys: Keys, add: Add): void {
  const hasQuery = keys.query.trim() !== '';
  const hasMasked = (keys['query.masked']?.value().trim() ?? '') !== '';
  const filters = FILTERS.filter((key) => isGiven(keys, key));
  if (hasQuery && hasMasked) add('query.masked', 'cannot be used together with query');
  const query = queryOf(keys);
  const key = hasQuery ? 'query' : 'query.masked';
  if (query === null) {
    if (filters.length === 0) add('table.include.list', 'choose tables by table.include.list or table.whitelist, or give a query');
    return;
  }
  if (keys['topic.name.template'] !== '') add('topic.name.template', 'has no meaning with a query, whose topic is topic.prefix');
  if (keys['record.key'] !== 'none') add('record.key', 'a query has no primary key: use the transformation ValueToKey');
  if (filters.length > 0) add(key, `cannot be used together with ${filters.join(' and ')}`);
  if (!/^(?:\s|\()*select\b/i.test(query)) add(key, 'has to begin with SELECT');
  if (/incrementing/.test(keys.mode) && !isGiven(keys, 'incrementing.column.name')) {
    add('incrementing.column.name', 'has to be given with a query');
  }
}

function checkColumns(keys: Keys, add: Add): void {
  const { mode } = keys;
  if (mode === '') return;
  const usesId = mode === 'incrementing' || mode === 'timestamp+incrementing';
  const usesTime = mode === 'timestamp' || mode === 'timestamp+incrementing';
  const unused = [
    ...(usesId ? [] : (['incrementing.column.name', 'incrementing.column.mapping'] as const)),
    ...(usesTime ? [] : (['timestamp.column.name', 'timestamp.columns.mapping'] as const)),
  ];
  for (const key of unused) if (isGiven(keys, key)) add(key, `has no meaning in mode ${mode}`);
  const isModern = isGiven(keys, 'table.include.list');
  if (usesTime && !isGiven(keys, 'timestamp.column.name') && !isGiven(keys, 'timestamp.columns.mapping')) {
    add(isModern ? 'timestamp.columns.mapping' : 'timestamp.column.name', `is required in mode ${mode}`);
  }
  if (usesId && isModern && !isGiven(keys, 'incrementing.column.mapping')) {
    add('incrementing.column.mapping', `is required in mode ${mode} with table.include.list`);
  }
}

function checkSafeMode(keys: Keys, add: Add): void {
  const key = 'timestamp.safe.mode';
  const { mode } = keys;
  if (keys[key] === 'off') return;
  if (mode === 'bulk') add(key, 'has no meaning in mode bulk, which reads everything each time');
  if (keys[key] === 'snapshot') checkSnapshot(keys, add);
  else if (mode === 'incrementing') add(key, 'watermark needs a timestamp column: use snapshot in mode incrementing');
}

function checkSnapshot(keys: Keys, add: Add): void {
  const key = 'timestamp.safe.mode';
  if (keys.mode === 'timestamp') add(key, 'snapshot needs an id to tell rows of one time apart: use timestamp+incrementing, or watermark');
  if (queryOf(keys) !== null) add(key, 'snapshot needs the transactions of rows, which a query does not show: use watermark');
  const hasSuffix = keys['query.suffix'].trim() !== '';
  if (hasSuffix) add('query.suffix', 'must be empty with timestamp.safe.mode=snapshot, which needs complete results');
  const isolation = keys['transaction.isolation.mode'].toUpperCase();
  if (isolation.startsWith('READ_')) add('transaction.isolation.mode', 'has to be REPEATABLE_READ with timestamp.safe.mode=snapshot');
}
