const ANYTHING = '...';

/**
 * Are two lines the same JSON value? Order of keys and spaces do not count. The text `"..."` fits any value, and a key `"..."` allows keys that
 * are not named.
 */
export function sameJson(expected: string, actual: string): boolean {
  try {
    return same(JSON.parse(expected), JSON.parse(actual));
  } catch {
    // One of the two is no JSON: then they are equal only as they stand.
    return expected.trim() === actual.trim();
  }
}

function same(expected: unknown, actual: unknown): boolean {
  if (expected === ANYTHING) return true;
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && expected.length === actual.length && expected.every((item, index) => same(item, actual[index]));
  }
  if (!isObject(expected)) return expected === actual;
  if (!isObject(actual)) return false;
  const named = Object.keys(expected).filter((key) => key !== ANYTHING);
  const isOpen = Object.hasOwn(expected, ANYTHING);
  if (!isOpen && named.length !== Object.keys(actual).length) return false;
  return named.every((key) => Object.hasOwn(actual, key) && same(expected[key], actual[key]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
