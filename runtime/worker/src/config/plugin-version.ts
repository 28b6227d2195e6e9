import { ConfigException, type Validator } from '@millrace/api';

/** One stretch of versions; null is an open end. */
interface Restriction {
  readonly lower: string | null;
  readonly lowerIncluded: boolean;
  readonly upper: string | null;
  readonly upperIncluded: boolean;
}

/** The versions of a plug-in that will do, in Maven's notation: `1.2`, `[1.0,2.0)`, `(,1.0],[1.2,)`. */
export class VersionRange {
  readonly #restrictions: readonly Restriction[];

  private constructor(restrictions: readonly Restriction[]) {
    this.#restrictions = restrictions;
  }

  /** Null when every version will do: no requirement, or `latest`. @throws ConfigException if the text is no range. */
  static parse(text: string | null | undefined): VersionRange | null {
    if (text === null || text === undefined || text.trim() === 'latest') return null;
    const trimmed = text.trim();
    return new VersionRange(restrictionsOf(/^[[(]/.test(trimmed) ? trimmed : `[${trimmed}]`));
  }

  contains(version: string): boolean {
    return this.#restrictions.some(({ lower, lowerIncluded, upper, upperIncluded }) => {
      const fromLower = lower === null ? 1 : compareVersions(version, lower);
      const toUpper = upper === null ? 1 : compareVersions(upper, version);
      return (fromLower > 0 || (fromLower === 0 && lowerIncluded)) && (toUpper > 0 || (toUpper === 0 && upperIncluded));
    });
  }

  toString(): string {
    return this.#restrictions
      .map(
        ({ lower, lowerIncluded, upper, upperIncluded }) =>
          `${lowerIncluded ? '[' : '('}${lower ?? ''},${upper ?? ''}${upperIncluded ? ']' : ')'}`,
      )
      .join();
  }
}

/** A version, a range of versions, or nothing. */
export const pluginVersion: Validator = {
  ensureValid(name, value) {
    if (value === null || value === undefined) return;
    try {
      VersionRange.parse(value as string);
    } catch (error) {
      throw ConfigException.invalidValue(name, value, (error as Error).message, { cause: error });
    }
  },
  toString: () => 'a version or a range of versions',
};

function restrictionsOf(spec: string): Restriction[] {
  const restrictions: Restriction[] = [];
  let rest = spec;
  while (/^[[(]/.test(rest)) {
    const end = rest.search(/[)\]]/);
    if (end < 0) throw new ConfigException(`Unbounded range: ${spec}`);
    const restriction = restrictionOf(rest.slice(0, end + 1));
    const previous = restrictions.at(-1);
    if (previous !== undefined && overlaps(previous, restriction)) throw new ConfigException(`Ranges overlap: ${spec}`);
    restrictions.push(restriction);
    rest = rest
      .slice(end + 1)
      .trim()
      .replace(/^,/, '')
      .trim();
  }
  if (rest !== '') throw new ConfigException(`Only fully-qualified sets allowed in multiple set scenario: ${spec}`);
  return restrictions;
}

function overlaps(previous: Restriction, next: Restriction): boolean {
  if (previous.upper === null) return true;
  return next.lower === null || compareVersions(next.lower, previous.upper) < 0;
}

function restrictionOf(spec: string): Restriction {
  const lowerIncluded = spec.startsWith('[');
  const upperIncluded = spec.endsWith(']');
  const body = spec.slice(1, -1).trim();
  const comma = body.indexOf(',');
  if (comma < 0) {
    if (!lowerIncluded || !upperIncluded) throw new ConfigException(`Single version must be surrounded by []: ${spec}`);
    return { lower: body, lowerIncluded, upper: body, upperIncluded };
  }
  const lower = body.slice(0, comma).trim() || null;
  const upper = body.slice(comma + 1).trim() || null;
  if (lower !== null && upper !== null) {
    const order = compareVersions(lower, upper);
    if (order === 0 && !(lowerIncluded && upperIncluded)) throw new ConfigException(`Range cannot have identical boundaries: ${spec}`);
    if (order > 0) throw new ConfigException(`Range defies version ordering: ${spec}`);
  }
  return { lower, lowerIncluded, upper, upperIncluded };
}

/** Qualifiers before and after the plain version (''), as Maven orders them; an unknown one comes after `sp`, a number last. */
const qualifiers: readonly string[] = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const synonyms: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone', cr: 'rc', ga: '', final: '', release: '' };

/** Negative, zero or positive, as Maven compares two versions. */
export function compareVersions(left: string, right: string): number {
  const [leftParts, rightParts] = [versionParts(left), versionParts(right)];
  for (let index = 0; index < Math.max(leftParts.length, rightParts.length); index++) {
    const order = compareParts(leftParts[index], rightParts[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function versionParts(version: string): string[] {
  return (version.toLowerCase().match(/\d+|[^\d.\-_+]+/g) ?? []).map((part) => synonyms[part] ?? part);
}

function compareParts(left: string | undefined, right: string | undefined): number {
  const [leftRank, rightRank] = [partRank(left), partRank(right)];
  if (leftRank !== rightRank) return leftRank - rightRank;
  if (leftRank !== qualifiers.length) return 0;
  return (left ?? '') < (right ?? '') ? -1 : Number(left !== right);
}

/** Known qualifiers by their place, unknown ones at the end of those, numbers beyond; a missing part is a plain release. */
function partRank(part: string | undefined): number {
  if (part === undefined || /^0*$/.test(part)) return qualifiers.indexOf('');
  if (/^\d+$/.test(part)) return qualifiers.length + Number(part);
  const known = qualifiers.indexOf(part);
  return known < 0 ? qualifiers.length : known;
}
