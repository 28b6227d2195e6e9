import type { Command } from 'commander';

export type Shell = 'bash' | 'zsh' | 'fish';

/** Words that may follow each chain of verbs, `''` for the program itself. */
type Words = ReadonlyMap<string, readonly string[]>;

/** `millrace completion SHELL`: a script that completes verbs, options and the names of connectors. */
export function completionScript(program: Command, shell: Shell): string {
  const words = new Map<string, readonly string[]>();
  collect(program, '', optionsOf(program), words);
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](words);
}

function collect(command: Command, path: string, global: readonly string[], words: Map<string, readonly string[]>): void {
  const verbs = command.commands.map((child) => child.name());
  words.set(path, [...verbs, ...(path === '' ? [] : optionsOf(command)), ...global]);
  for (const child of command.commands) collect(child, `${path} ${child.name()}`.trim(), global, words);
}

function optionsOf(command: Command): string[] {
  return command.options.map(({ long, short }) => long ?? short ?? '').filter((option) => option !== '');
}

function bashCases(words: Words): string {
  return [...words].map(([path, list]) => `    '${path}') words='${list.join(' ')}' ;;`).join('\n');
}

function bashFunction(words: Words): string {
  return `_millrace() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path='' next word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    next="\${path:+$path }$word"
    case "$next" in
${[...words.keys()]
  .filter((path) => path !== '')
  .map((path) => `      '${path}') path="$next" ;;`)
  .join('\n')}
    esac
  done
  case "$path" in
${bashCases(words)}
  esac
  case "$path" in
    *' connector'|*' offsets'|'get tasks'|'get topics'|'get config') words="$words $(millrace get connectors -o name 2>/dev/null)" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}`;
}

function bashScript(words: Words): string {
  return `# bash completion of millrace: source <(millrace completion bash)
${bashFunction(words)}
complete -o default -F _millrace millrace`;
}

function zshScript(words: Words): string {
  return `# zsh completion of millrace: source <(millrace completion zsh)
autoload -U +X bashcompinit && bashcompinit
${bashFunction(words)}
complete -o default -F _millrace millrace`;
}

function fishScript(words: Words): string {
  const lines = [...words].flatMap(([path, list]) => {
    const condition =
      path === ''
        ? '__fish_use_subcommand'
        : path
            .split(' ')
            .map((verb) => `__fish_seen_subcommand_from ${verb}`)
            .join('; and ');
    return list.map((word) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : word.startsWith('-') ? `-s ${word.slice(1)}` : `-f -a ${word}`;
      return `complete -c millrace -n '${condition}' ${what}`;
    });
  });
  const names = `complete -c millrace -n '__fish_seen_subcommand_from connector offsets' -f -a '(millrace get connectors -o name 2>/dev/null)'`;
  return [`# fish completion of millrace: millrace completion fish | source`, ...lines, names].join('\n');
}
