import { Char, JsonScanner } from './json-scanner.ts';

/**
 * Path of the value at a place in a JSON text, such as `orders[3].price`; empty for the whole value. Made only for messages, from the
 * text alone, so that reading need not keep track of where it is.
 * @param origin where the outermost value begins
 */
export function fieldPathAt(text: string, origin: number, target: number): string {
  const scanner = new JsonScanner();
  scanner.reset(text, origin, 1);
  let path = '';
  for (;;) {
    const code = scanner.peek();
    const step = code === Char.OPEN_BRACE ? memberAt(scanner, target) : code === Char.OPEN_BRACKET ? elementAt(scanner, target) : null;
    if (step === null) return path.startsWith('.') ? path.slice(1) : path;
    path += step;
  }
}

/** Moves to the value of the member around a place and returns its step of the path; null when the place is at no member. */
function memberAt(scanner: JsonScanner, target: number): string | null {
  if (scanner.at === target || !scanner.enter(Char.CLOSE_BRACE)) return null;
  do {
    const name = scanner.key();
    if (isAround(scanner, target)) return `.${name}`;
  } while (scanner.more(Char.CLOSE_BRACE));
  return null;
}

function elementAt(scanner: JsonScanner, target: number): string | null {
  if (scanner.at === target || !scanner.enter(Char.CLOSE_BRACKET)) return null;
  let index = 0;
  do {
    if (isAround(scanner, target)) return `[${index}]`;
    index += 1;
  } while (scanner.more(Char.CLOSE_BRACKET));
  return null;
}

/** Whether a place lies in the value that begins here. If so the scanner stays at its beginning, else it moves behind it. */
function isAround(scanner: JsonScanner, target: number): boolean {
  scanner.peek();
  const start = scanner.at;
  scanner.skip();
  if (target >= scanner.at) return false;
  scanner.at = start;
  return true;
}
