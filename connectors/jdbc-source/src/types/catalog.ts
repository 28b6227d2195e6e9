import type { Session } from '../wire/session.ts';

/** What the catalog says of a type. */
export interface PgType {
  readonly oid: number;
  readonly name: string;
  /** Kind as in `pg_type.typtype`: b base, c composite, d domain, e enum, m multirange, p pseudo, r range. */
  readonly kind: string;
  /** Type of the elements of an array, else 0. */
  readonly elementOid: number;
  /** Attributes of a composite type. */
  readonly attributes: readonly PgAttribute[];
}

/** One attribute of a composite type. */
export interface PgAttribute {
  readonly name: string;
  readonly typeOid: number;
  readonly typeModifier: number;
}

/** What the catalog says of a column, besides its type. */
export interface ColumnFacts {
  readonly isNotNull: boolean;
  /** Dimensions that the column was declared with; 0 when it is no array. */
  readonly dimensions: number;
  /** Place in the primary key, from 1; null when it is no part of it. */
  readonly keyPosition: number | null;
}

/** A base type that nothing is known of; its values are read as text. */
function unknownType(oid: number): PgType {
  return { oid, name: `type ${oid}`, kind: 'b', elementOid: 0, attributes: [] };
}

const TYPES = `
SELECT t.oid, t.typname, CASE WHEN t.typtype = 'd' THEN b.typtype ELSE t.typtype END,
  CASE WHEN t.typcategory = 'A' THEN t.typelem WHEN t.typtype = 'd' AND b.typcategory = 'A' THEN b.typelem ELSE 0 END,
  COALESCE((SELECT json_agg(json_build_object('name', a.attname, 'typeOid', a.atttypid::bigint, 'typeModifier', a.atttypmod) ORDER BY a.attnum)
    FROM pg_attribute a WHERE a.attrelid = t.typrelid AND t.typrelid <> 0 AND a.attnum > 0 AND NOT a.attisdropped), '[]')
FROM pg_type t LEFT JOIN pg_type b ON b.oid = t.typbasetype AND t.typtype = 'd'
WHERE t.oid = ANY ($1::oid[])`;

const COLUMNS = `
SELECT attrelid, attnum, attnotnull, attndims, array_position(conkey, attnum)
FROM pg_attribute LEFT JOIN pg_constraint ON conrelid = attrelid AND contype = 'p'
WHERE attrelid = ANY ($1::oid[]) AND attnum > 0`;

/** The types of a database, read only as far as columns use them and, but for composites, once a connection. */
export class Catalog {
  readonly #session: Session;
  readonly #types = new Map<number, PgType>();
  #moneyDigits: number | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Reads types, and those that they are made of. */
  async load(oids: readonly number[]): Promise<void> {
    // Attributes of a composite type can change from one result set to the next.
    const missing = [...new Set(oids)].filter((oid) => (this.#types.get(oid)?.kind ?? 'c') === 'c');
    if (missing.length === 0) return;
    const rows = await this.#session.query(TYPES, [`{${missing.join()}}`]);
    for (const oid of missing) this.#types.set(oid, unknownType(oid));
    const inner: number[] = [];
    for (const [oid, name, kind, element, attributes] of rows) {
      const type: PgType = {
        oid: Number(oid),
        name: name ?? '',
        kind: kind ?? 'b',
        elementOid: Number(element),
        attributes: JSON.parse(attributes ?? '[]') as PgAttribute[],
      };
      this.#types.set(type.oid, type);
      if (type.elementOid !== 0) inner.push(type.elementOid);
      inner.push(...type.attributes.map(({ typeOid }) => typeOid));
    }
    await this.load(inner);
  }

  /** A type that was loaded. */
  type(oid: number): PgType {
    return this.#types.get(oid) ?? unknownType(oid);
  }

  /** Whether a type was loaded, for a column or as a part of its type. */
  uses(oid: number): boolean {
    return this.#types.has(oid);
  }

  /** Digits after the point of money, which depend on `lc_monetary` of the database. */
  async moneyDigits(): Promise<number> {
    if (this.#moneyDigits === null) {
      const [row] = await this.#session.query('SELECT 1::money::numeric');
      this.#moneyDigits = (row?.[0] ?? '').split('.')[1]?.length ?? 0;
    }
    return this.#moneyDigits;
  }

  /** Facts of table columns by `tableOid.attribute`. They can change from one result set to the next, so they are not kept. */
  async columns(tableOids: readonly number[]): Promise<ReadonlyMap<string, ColumnFacts>> {
    const tables = [...new Set(tableOids)].filter((oid) => oid !== 0);
    if (tables.length === 0) return new Map();
    const rows = await this.#session.query(COLUMNS, [`{${tables.join()}}`]);
    return new Map(
      rows.map(([table, attribute, isNotNull, dimensions, keyPosition]) => [
        `${table}.${attribute}`,
        { isNotNull: isNotNull === 't', dimensions: Number(dimensions), keyPosition: keyPosition === null ? null : Number(keyPosition) },
      ]),
    );
  }
}
