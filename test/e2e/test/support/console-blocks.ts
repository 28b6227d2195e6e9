/** A file that a document gives: ```` ```yaml file=orders.yaml ````. */
export interface DocumentedFile {
  readonly name: string;
  readonly text: string;
}

/** A command after `$ ` in a ```` ```console ```` block, with the output below it. */
export interface DocumentedCommand {
  readonly command: string;
  readonly output: string;
}

/** What a document has to be carried out, in its order. */
export type Step = { readonly file: DocumentedFile } | { readonly commands: readonly DocumentedCommand[] };

const block = /^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```$/gm;

/** Files and commands of a document. Other blocks are no steps. */
export function stepsOf(markdown: string): Step[] {
  return Array.from(markdown.matchAll(block)).flatMap(([, kind, name, text = '']): Step[] => {
    if (name !== undefined) return [{ file: { name, text } }];
    return kind === 'console' ? [{ commands: commandsOf(text) }] : [];
  });
}

/** The document with other outputs: those that the commands have now, by the order of console blocks. */
export function withOutputs(markdown: string, outputs: readonly (readonly DocumentedCommand[])[]): string {
  let next = 0;
  return markdown.replace(block, (whole: string, kind: string, name: string | undefined) => {
    if (name !== undefined || kind !== 'console') return whole;
    const commands = outputs[next++] ?? [];
    return `\`\`\`console\n${commands.map(({ command, output }) => `$ ${command}\n${output}`).join('')}\`\`\``;
  });
}

function commandsOf(text: string): DocumentedCommand[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    });
}
