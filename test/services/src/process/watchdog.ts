import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Keeps a list of process groups and kills them all when its input ends, which the kernel sees to whatever ends the process that holds the
 * other side, `kill -9` included. A session of its own keeps a Ctrl-C at the terminal away from it.
 */
const PROGRAM = `
trap '' INT TERM HUP
groups=
while read -r verb group; do
  case $verb in
    +) groups="$groups $group" ;;
    -) others=
       for other in $groups; do [ "$other" = "$group" ] || others="$others $other"; done
       groups=$others ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
`;

/**
 * What a shell does first that is to become a guarded program: it waits for a line. A parent that dies before the watchdog knows of the
 * child then leaves nothing behind.
 */
export const GATE = 'IFS= read -r go || exit 125';

/** The line, written once the watchdog knows. */
export const OPEN_GATE = 'go\n';

let watchdog: ChildProcess | undefined;

/** Has a process group die with this process. */
export function guard(group: number): void {
  tell(`+ ${group}\n`);
}

/** Forgets a process group that has ended: its number may be another's soon. */
export function unguard(group: number): void {
  tell(`- ${group}\n`);
}

function tell(line: string): void {
  watchdog ??= start();
  watchdog.stdin?.write(line);
}

function start(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', PROGRAM], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  // A pipe to a child is a socket with its own hold on the event loop, which the type does not know.
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return child;
}
