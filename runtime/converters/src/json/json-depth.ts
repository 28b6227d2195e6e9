/** Levels of nesting that Jackson allows. */
const maxDepth = 1000;

/** Whether a JSON text is nested deeper than Jackson allows, which `JSON.parse` does not mind. */
export function isTooDeep(text: string): boolean {
  // Each level costs two characters, so that short documents are cleared at once and others by counting their brackets natively.
  return text.length > 2 * maxDepth && hasManyContainers(text) && deepest(text) > maxDepth;
}

function hasManyContainers(text: string): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > maxDepth) return true;
    }
  }
  return false;
}

function deepest(text: string): number {
  let depth = 0;
  let most = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{[\]}]/g)) {
    if (token === '{' || token === '[') {
      depth += 1;
      most = Math.max(most, depth);
    } else if (token.length === 1) depth -= 1;
  }
  return most;
}
