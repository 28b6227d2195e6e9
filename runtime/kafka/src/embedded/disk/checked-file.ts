import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/** Makes the names in a folder durable. Windows cannot, and does not need to: it journals them. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes a JSON document with its checksum. The file is the old or the new one at any moment, and the new one survives a loss of power once
 * this returns.
 */
export function writeCheckedFile(path: string, kind: string, content: unknown): void {
  const temporary = `${path}.new`;
  const descriptor = openSync(temporary, 'w');
  try {
    writeFileSync(descriptor, checkedText(kind, content));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** A JSON document behind a line with its kind and checksum. */
export function checkedText(kind: string, content: unknown): string {
  const body = JSON.stringify(content);
  return `${headerOf(kind, body)}\n${body}\n`;
}

/** The document; null if the file is damaged or of another kind. @throws what the file system says, ENOENT for instance */
export function readCheckedFile<Content>(path: string, kind: string): Content | null {
  const text = readFileSync(path, 'utf8');
  const headerEnd = text.indexOf('\n');
  const body = text.slice(headerEnd + 1, -1);
  return text.slice(0, headerEnd) === headerOf(kind, body) ? (JSON.parse(body) as Content) : null;
}

function headerOf(kind: string, body: string): string {
  return `millrace-${kind} 1 ${crc32(body).toString(16).padStart(8, '0')}`;
}
