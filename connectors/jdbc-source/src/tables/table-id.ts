/** A table by schema and name. */
export interface TableId {
  readonly schema: string;
  readonly name: string;
}

/** `schema.table`, as offsets and include lists have it. */
export function plainName({ schema, name }: TableId): string {
  return `${schema}.${name}`;
}

/** `"schema"."table"`, with quotes inside doubled. */
export function quotedName({ schema, name }: TableId): string {
  return `${quoted(schema)}.${quoted(name)}`;
}

/** A name between double quotes. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Reads names as {@link quotedName} writes them. Null when the text is none. */
function parseQuotedName(text: string): TableId | null {
  const match = /^"((?:[^"]|"")*)"\."((?:[^"]|"")*)"$/.exec(text.trim());
  if (match === null) return null;
  return { schema: unquoted(match[1] ?? ''), name: unquoted(match[2] ?? '') };
}

/** Splits a list of quoted names at the commas between them. */
export function parseQuotedNames(text: string): TableId[] {
  const names = text.match(/"(?:[^"]|"")*"\."(?:[^"]|"")*"/g) ?? [];
  return names.flatMap((name) => parseQuotedName(name) ?? []);
}

function unquoted(name: string): string {
  return name.replaceAll('""', '"');
}
