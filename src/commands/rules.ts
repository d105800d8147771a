import type { EffectiveSetting } from '../config/config.ts';
import { ruleSettings } from '../config/config.ts';
import { pad, wrap } from '../report/layout.ts';
import type { Category, Rule } from '../rule.ts';
import type { OptionValues } from './arguments.ts';
import { allRules } from '../names.ts';
import { openProject } from './project.ts';
import type { RULES } from './specs.ts';
import type { Terminal } from './terminal.ts';
import { print } from './terminal.ts';

interface Listed {
  readonly rule: Rule;
  readonly setting: EffectiveSetting;
}

export async function rulesCommand(options: OptionValues<typeof RULES.options>, terminal: Terminal): Promise<number> {
  const { config } = await openProject([], { configFile: options.config, stdinPath: undefined });
  const listed = [...allRules].sort(byName).map((rule): Listed => ({ rule, setting: ruleSettings(config, '', rule) }));
  print(options.format === 'json' ? json(listed) : table(listed, terminal));
  return 0;
}

const byName = (a: Rule, b: Rule): number => (a.name < b.name ? -1 : 1);

function json(rules: readonly Listed[]): string {
  const list = rules.map(({ rule, setting }) => ({
    name: rule.name,
    category: rule.category,
    summary: rule.summary,
    defaultSeverity: rule.severity,
    recommended: rule.recommended,
    severity: setting.severity,
    why: rule.why,
    options: rule.options ?? {},
    references: rule.references,
  }));
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** Total, so that a new category gets a heading. */
const HEADINGS: { readonly [K in Category]: string } = {
  lock: 'lock: others wait for it',
  rewrite: 'rewrite: the table is written anew',
  'data-loss': 'data-loss: what is gone is gone',
  compatibility: 'compatibility: code that is running now breaks',
  fails: 'fails: the server refuses it, always or for some rows',
  reversibility: 'reversibility: the way back is missing or leads elsewhere',
  history: 'history: the files do not run as their author thinks',
  security: 'security: it opens a door',
  reading: 'reading: something could not be understood',
  hygiene: 'hygiene: good habits, without influence on the risk',
};

function table(rules: readonly Listed[], { color, width }: Terminal): string {
  const column = Math.max(...rules.map(({ rule }) => rule.name.length)) + 2;
  const lines = (Object.keys(HEADINGS) as Category[]).flatMap((category) => {
    const own = rules.filter(({ rule }) => rule.category === category);
    return own.length === 0 ? [] : ['', color.bold(HEADINGS[category]), ...own.flatMap((listed) => row(listed))];
  });
  const on = rules.filter(({ setting }) => setting.severity !== 'off').length;
  return `${[...lines.slice(1), '', color.dim(`${String(rules.length)} rules, ${String(on)} of them on here. More about one: lockkeeper explain <rule>`)].join('\n')}\n`;

  function row({ rule, setting }: Listed): readonly string[] {
    const paint = { error: color.red, warning: color.yellow, info: color.blue, off: color.dim }[setting.severity];
    const [first = '', ...rest] = wrap(rule.summary, Math.max(30, width - column - 11));
    return [`  ${paint(pad(setting.severity, 9))}${color.cyan(pad(rule.name, column))}${first}`, ...rest.map((line) => ' '.repeat(11 + column) + line)];
  }
}
