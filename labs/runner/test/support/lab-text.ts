/** A README that can be run, with nothing but a shell; tests change one thing in it. */
export const labText = `---
lab: tiny
time: 1 min
from: a shell
to: a file
services: []
connectors: []
profiles:
  local: this machine
---

# Stream a line into a file

## Goal

See a line.

## Picture

\`\`\`text
shell → file
\`\`\`

## Start

\`\`\`sh run
greeting=hello
\`\`\`

## Create

\`\`\`json file=line.json
{ "id": 1 }
\`\`\`

\`\`\`sh run
cp line.json copy.json
\`\`\`

## See: the line

\`\`\`sh run
echo $greeting
cat copy.json
\`\`\`

\`\`\`output
hello
{ "id": 1 }
\`\`\`

## Break

\`\`\`sh run exit=1
echo broken
cat no-such-file 2> /dev/null
\`\`\`

\`\`\`output
broken
\`\`\`

## Learn

A file keeps lines.

## Clean

\`\`\`sh run
rm copy.json
\`\`\`

## Troubleshoot

Nothing can go wrong.
`;

/** The line, from 1, on which a text begins in the README. */
export function lineOf(text: string, part: string): number {
  const at = text.indexOf(part);
  if (at < 0) throw new Error(`the README has no ${part}`);
  return text.slice(0, at).split('\n').length;
}
