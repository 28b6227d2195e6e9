import { CompositeValidator, ConfigException, LambdaValidator, NonNullValidator, parseType, type Validator } from '@millrace/api';

/** A list of names that one reads further keys by: there must be a list, and no name twice. */
export function aliasList(what: string): Validator {
  const distinct = LambdaValidator.with(
    (name, value) => {
      const aliases = value as readonly string[];
      if (new Set(aliases).size < aliases.length) {
        throw ConfigException.invalidValue(name, `[${aliases.join(', ')}]`, 'Duplicate alias provided.');
      }
    },
    () => `unique ${what} aliases`,
  );
  return CompositeValidator.of(new NonNullValidator(), distinct);
}

/** The distinct names that a list of aliases holds; none if it is absent. */
export function aliasesOf(props: Readonly<Record<string, string | null>>, key: string): string[] {
  return [...new Set(parseType(key, props[key] ?? '', 'list') as string[])];
}
