import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** Bytes of a line, its end included. */
export const lineBytes = 200;

/** Writes numbered lines of {@link lineBytes} bytes. */
export async function writeLines(path: string, lines: number): Promise<void> {
  const file = createWriteStream(path);
  const perChunk = 10_000;
  for (let from = 0; from < lines; from += perChunk) {
    let chunk = '';
    for (let n = from; n < Math.min(from + perChunk, lines); n++) chunk += `${`line ${n} `.padEnd(lineBytes - 1, 'abcdefghij')}\n`;
    if (!file.write(chunk)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}
