import { userError } from '../config/errors.ts';
import type { OptionSpec } from './arguments.ts';
import type { CommandSpec } from './common-options.ts';
import { allRules } from '../names.ts';
import { COMMANDS } from './specs.ts';
import { print } from './terminal.ts';

/** A script for the shell, made of the same tables as the help. */
export function completionCommand([shell]: readonly string[]): number {
  const script = shell !== undefined && Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (script === undefined) throw userError(`For which shell? lockkeeper completion ${Object.keys(SCRIPTS).join('|')}`);
  print(script());
  return 0;
}

const SCRIPTS: Readonly<Record<string, () => string>> = { bash, zsh, fish };

const names = (): readonly string[] => Object.keys(COMMANDS);

const ruleNames = (): readonly string[] => allRules.map(({ name }) => name).sort();

const optionsOf = (command: string): readonly (readonly [string, OptionSpec])[] => Object.entries((COMMANDS as Readonly<Record<string, CommandSpec>>)[command]?.options ?? {});

const flagsOf = (command: string): readonly string[] =>
  optionsOf(command).flatMap(([name, { negatable, short }]) => [`--${name}`, ...(negatable === true ? [`--no-${name}`] : []), ...(short === undefined ? [] : [`-${short}`])]);

/** Words that can follow an option; undefined: something else, mostly a file. */
const valuesOf = (name: string, { choices }: OptionSpec): readonly string[] | undefined => choices ?? (name === 'rule' ? ruleNames() : undefined);

function bash(): string {
  const cases = names().map((command) => `    ${command}) words="${flagsOf(command).join(' ')}" ;;`);
  const values = names().flatMap((command) =>
    optionsOf(command).flatMap(([name, spec]) => {
      const words = valuesOf(name, spec);
      return words === undefined ? [] : [`    ${command}:--${name}${spec.short === undefined ? '' : `|${command}:-${spec.short}`}) COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$cur")); return ;;`];
    }),
  );
  return `# bash completion for lockkeeper. In ~/.bashrc: source <(lockkeeper completion bash)
_lockkeeper() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=""
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 && "$cur" != -* ]]; then
    COMPREPLY=($(compgen -W "${names().join(' ')}" -- "$cur"))
    return
  fi
  case "$command:$prev" in
${values.join('\n')}
    explain:explain) COMPREPLY=($(compgen -W "${ruleNames().join(' ')}" -- "$cur")); return ;;
    completion:completion) COMPREPLY=($(compgen -W "${Object.keys(SCRIPTS).join(' ')}" -- "$cur")); return ;;
  esac
  case "$command" in
${cases.join('\n')}
    *) words="${flagsOf('lint').join(' ')}" ;;
  esac
  if [[ "$cur" == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); fi
}
complete -o default -F _lockkeeper lockkeeper
`;
}

function zsh(): string {
  const plain = (text: string): string => text.replace(/['[\]:]/g, ' ');
  const specs = (command: string): string =>
    optionsOf(command)
      .flatMap(([name, spec]) => {
        const value = spec.type === 'flag' ? '' : `:${spec.value ?? name}:${valuesOf(name, spec) === undefined ? '_files' : `(${(valuesOf(name, spec) ?? []).join(' ')})`}`;
        const repeated = spec.type === 'values' ? '*' : '';
        return [`'${repeated}--${name}[${plain(spec.help)}]${value}'`, ...(spec.negatable === true ? [`'--no-${name}[${plain(spec.help)}]'`] : [])];
      })
      .join(' ');
  return `#compdef lockkeeper
# zsh completion for lockkeeper: lockkeeper completion zsh > "\${fpath[1]}/_lockkeeper"
_lockkeeper() {
  local -a commands
  commands=(${names().map((name) => `'${name}:${plain((COMMANDS as Readonly<Record<string, CommandSpec>>)[name]?.summary ?? '')}'`).join(' ')})
  if (( CURRENT == 2 )) && [[ "$words[2]" != -* ]]; then
    _describe command commands
    _files
    return
  fi
  case "$words[2]" in
    explain) compadd -- ${ruleNames().join(' ')} ;;
    completion) compadd -- ${Object.keys(SCRIPTS).join(' ')} ;;
${names().filter((name) => name !== 'explain' && name !== 'completion').map((name) => `    ${name}) _arguments ${specs(name)} '*:path:_files' ;;`).join('\n')}
    *) _arguments ${specs('lint')} '*:path:_files' ;;
  esac
}
if [[ "$funcstack[1]" == _lockkeeper ]]; then _lockkeeper "$@"; else compdef _lockkeeper lockkeeper; fi
`;
}

function fish(): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = names().flatMap((command) => [
    `complete -c lockkeeper -n __fish_use_subcommand -a ${command} -d ${quoted((COMMANDS as Readonly<Record<string, CommandSpec>>)[command]?.summary ?? '')}`,
    ...optionsOf(command).map(([name, spec]) => {
      const words = valuesOf(name, spec);
      const value = spec.type === 'flag' ? '' : words === undefined ? ' -r' : ` -x -a ${quoted(words.join(' '))}`;
      return `complete -c lockkeeper -n '__fish_seen_subcommand_from ${command}' -l ${name}${spec.short === undefined ? '' : ` -s ${spec.short}`}${value} -d ${quoted(spec.help)}`;
    }),
  ]);
  return `# fish completion for lockkeeper: lockkeeper completion fish > ~/.config/fish/completions/lockkeeper.fish
${lines.join('\n')}
complete -c lockkeeper -n '__fish_seen_subcommand_from explain' -x -a ${quoted(ruleNames().join(' '))}
complete -c lockkeeper -n '__fish_seen_subcommand_from completion' -x -a ${quoted(Object.keys(SCRIPTS).join(' '))}
`;
}
