import { ConfigException, LambdaValidator } from '@millrace/api';

/** A regular expression of Java that has to match the whole of a text. @throws ConfigException when it cannot be compiled */
export function fullMatch(key: string, pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 's');
  } catch (error) {
    throw ConfigException.invalidValue(key, pattern, `not a regular expression: ${(error as Error).message}`);
  }
}

/** Each item is a regular expression. */
export const regexList = LambdaValidator.with(
  (name, value) => {
    for (const item of (value ?? []) as readonly string[]) fullMatch(name, item);
  },
  () => 'list of regular expressions',
);

/** A regular expression for tables and the columns that they use. */
export interface ColumnMapping {
  readonly pattern: RegExp;
  readonly columns: readonly string[];
}

/** Items `regex:column`. */
export const incrementingMappings = mappingsValidator(1);
/** Items `regex:[column|column]`. */
export const timestampMappings = mappingsValidator(Number.POSITIVE_INFINITY);

/** Reads items `regex:column` and `regex:[column|column]`. @throws ConfigException when an item is neither */
export function columnMappings(key: string, items: readonly string[]): ColumnMapping[] {
  return items.map((item) => {
    const at = item.lastIndexOf(':');
    const columns = item
      .slice(at + 1)
      .trim()
      .replace(/^\[(.*)\]$/, '$1')
      .split('|')
      .map((column) => column.trim());
    if (at <= 0 || columns.includes('')) throw ConfigException.invalidValue(key, item, 'expected regex:column or regex:[column|column]');
    return { pattern: fullMatch(key, item.slice(0, at).trim()), columns };
  });
}

function mappingsValidator(mostColumns: number): LambdaValidator {
  const form = mostColumns === 1 ? 'regex:column' : 'regex:[column|column]';
  return LambdaValidator.with(
    (name, value) => {
      for (const { columns } of columnMappings(name, (value ?? []) as readonly string[])) {
        if (columns.length > mostColumns) throw ConfigException.invalidValue(name, columns.join('|'), 'one column a table is expected');
      }
    },
    () => `list of ${form}`,
  );
}
