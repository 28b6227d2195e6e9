const wellFormed = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Decodes base64 as Jackson does: standard alphabet, padding required, blanks and control characters allowed between groups of four, and
 * any number of padded pieces one after the other.
 * @returns null for any other text
 */
export function decodeBase64(text: string): Buffer | null {
  if ((text.length & 3) === 0 && wellFormed.test(text)) return Buffer.from(text, 'base64');
  return decodeGroups(text);
}

function decodeGroups(text: string): Buffer | null {
  const pieces: Buffer[] = [];
  let at = 0;
  while (at < text.length) {
    if (text.charCodeAt(at) <= 0x20) {
      at += 1;
      continue;
    }
    const group = text.slice(at, at + 4);
    if (group.length < 4 || !/^[A-Za-z0-9+/]{2}(?:[A-Za-z0-9+/]{2}|[A-Za-z0-9+/]=|==)$/.test(group)) return null;
    pieces.push(Buffer.from(group, 'base64'));
    at += 4;
  }
  return Buffer.concat(pieces);
}
