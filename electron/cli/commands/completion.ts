/** `ringside completion SHELL`: what a shell needs to complete our commands, made from the table of commands. */
import { Option } from 'commander';
import type { CommandRow, OfflineCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.ts';
import type { Offline } from '../offline.ts';

/** The table is handed in, since this command stands in it. */
export function completionCommand(rows: () => Promise<readonly CommandRow[]>): OfflineCommand {
  return {
    group: 'Setting up:',
    usage: 'completion <SHELL>',
    summary: 'print completion for bash, zsh or fish',
    options: [],
    notes: `Examples:
  source <(ringside completion bash)                                      for this shell
  ringside completion bash > ~/.local/share/bash-completion/completions/ringside
  ringside completion zsh > "\${fpath[1]}/_ringside"
  ringside completion fish > ~/.config/fish/completions/ringside.fish

Exit codes: 0 printed, 2 wrong usage.`,
    async runOffline({ output }: Offline, _options: object, [shell = '']): Promise<ExitCode> {
      const write = SHELLS[shell];
      if (write === undefined) {
        const message = `There is no completion for “${shell}”: take bash, zsh or fish.`;
        throw new CommandFailure(EXIT.usage, 'unknown-shell', message);
      }
      output.data(write((await rows()).map(describe)));
      return EXIT.ok;
    },
  };
}

interface Described {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly DescribedOption[];
}

interface DescribedOption {
  readonly long: string;
  readonly short: string | undefined;
  readonly doc: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

function describe(row: CommandRow): Described {
  const options = [...row.options, new Option('-h, --help', 'show its help')].map((option) => ({
    long: option.long ?? '',
    short: option.short,
    doc: option.description,
    takesValue: option.required,
    choices: option.argChoices ?? [],
  }));
  return { name: row.usage.split(' ')[0] ?? '', summary: row.summary, options };
}

const SHELLS: Readonly<Record<string, (commands: readonly Described[]) => string>> = {
  bash,
  zsh,
  fish,
};

function bash(commands: readonly Described[]): string {
  const words = commands.map(({ name }) => name).join(' ');
  const cases = commands.map(({ name, options }) => {
    const flags = options.flatMap(({ long, short }) =>
      short === undefined ? [long] : [short, long],
    );
    const values = options
      .filter(({ choices }) => choices.length > 0)
      .map(({ long, short, choices }) => {
        const pattern = short === undefined ? long : `${short}|${long}`;
        return `      ${name}:${pattern.split('|').join(`|${name}:`)}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$word")); return ;;\n`;
      });
    return { line: `      ${name}) flags='${flags.join(' ')}' ;;\n`, values: values.join('') };
  });
  return `# Completion of ringside for bash.
_ringside() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} flags=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${words} --help --version' -- "$word") $(compgen -f -X '!*.pcapng' -- "$word"))
    return
  fi
  case "$command:$before" in
${cases.map(({ values }) => values).join('')}      completion:completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- "$word")); return ;;
  esac
  case "$command" in
${cases.map(({ line }) => line).join('')}  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _ringside ringside
`;
}

function zsh(commands: readonly Described[]): string {
  const list = commands
    .map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}\n`)
    .join('');
  const cases = commands
    .map(({ name, options }) => {
      const specs = options.flatMap(({ long, short, doc, takesValue, choices }) => {
        const value =
          choices.length > 0 ? `:value:(${choices.join(' ')})` : takesValue ? ':value:_files' : '';
        const said = doc.replaceAll(/[[\]:]/g, ' ');
        return [long, ...(short === undefined ? [] : [short])].map((flag) =>
          quoted(`${flag}[${said}]${value}`),
        );
      });
      return `    ${name}) _arguments ${specs.join(' ')} '*:file:_files' ;;\n`;
    })
    .join('');
  return `#compdef ringside
# Completion of ringside for zsh.
_ringside() {
  local -a commands
  commands=(
${list}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    _files -g '*.pcapng'
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases}  esac
}
compdef _ringside ringside
`;
}

function fish(commands: readonly Described[]): string {
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c ringside -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...options.map(({ long, short, doc, takesValue, choices }) => {
      const flag = `${short === undefined ? '' : ` -s ${short.slice(1)}`} -l ${long.slice(2)}`;
      const value =
        choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : '';
      return `complete -c ringside -n '__fish_seen_subcommand_from ${name}'${flag}${value} -d ${quoted(doc)}`;
    }),
  ]);
  return `# Completion of ringside for fish.\n${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
