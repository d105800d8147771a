import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { downMode } from '../check/rule-table.ts';
import { userError } from '../config/errors.ts';
import { didYouMean } from '../config/suggest.ts';
import { wrap } from '../report/layout.ts';
import type { Rule } from '../rule.ts';
import { allRules } from '../names.ts';
import type { Terminal } from './terminal.ts';
import { print } from './terminal.ts';

export function explainCommand(operands: readonly string[], terminal: Terminal): number {
  const [name] = operands;
  if (name === undefined) throw userError('Which rule? lockkeeper explain <rule>; "lockkeeper rules" lists them.');
  const rule = allRules.find((each) => each.name === name.toLowerCase());
  if (rule === undefined) {
    const parts = allRules.filter((each) => each.name.includes(name.toLowerCase())).map((each) => each.name);
    const hint = parts.length > 0 && parts.length <= 5 ? ` Did you mean ${parts.join(' or ')}?` : didYouMean(name, allRules.map((each) => each.name));
    throw userError(`There is no rule "${name}".${hint || ' "lockkeeper rules" lists them.'}`);
  }
  print(page(rule, terminal));
  return 0;
}

/** From the page of the rule, as the build has put it beside the program; a program that runs from its source has none. */
function examplesOf(name: string): readonly string[] {
  try {
    const pages = JSON.parse(readFileSync(join(import.meta.dirname, 'examples.json'), 'utf8')) as Readonly<Record<string, readonly string[]>>;
    return pages[name] ?? [];
  } catch {
    return [];
  }
}

/** A section without the marks of Markdown, its code as it stands. */
function shown(section: string, color: Terminal['color']): readonly string[] {
  const [title = '', ...lines] = section.replace(/^\n?Lockkeeper says:\n[\s\S]*/m, '').trimEnd().split('\n');
  return ['', color.bold(title), ...lines.filter((line, index) => !line.startsWith('```') && (line !== '' || index > 0)).map((line) => (line === '' ? '' : `  ${line.replace(/^`(.+)`$/, '$1:')}`))];
}

const DOWN: { readonly [K in NonNullable<Rule['down']>]: string } = {
  same: 'Down scripts are judged like up scripts.',
  info: 'In down scripts it is only an info.',
  off: 'Down scripts are not judged.',
};

function page(rule: Rule, { color, width }: Terminal): string {
  const text = (paragraph: string): readonly string[] => wrap(paragraph, Math.min(width, 90) - 2).map((line) => `  ${line}`);
  const options = Object.entries(rule.options ?? {});
  const setting = options.length === 0 ? `'${rule.severity === 'error' ? 'warning' : 'error'}'` : `['${rule.severity}', { ${options.map(([name, option]) => `${name}: ${JSON.stringify(option.default)}`).join(', ')} }]`;
  return `${[
    `${color.bold(color.cyan(rule.name))}  ${color.dim(`${rule.category} · ${rule.severity}${rule.recommended ? '' : ' · off unless asked for'}`)}`,
    '',
    ...text(`Reports that ${rule.summary}.`),
    '',
    color.bold('Why'),
    ...text(rule.why),
    ...text(`${DOWN[downMode(rule)]}${rule.scalesWithSize === true ? ' The harm grows with the table: for tables declared small it is only an info.' : ''}`),
    ...examplesOf(rule.name).flatMap((section) => shown(section, color)),
    ...(options.length === 0 ? [] : ['', color.bold('Options'), ...options.flatMap(([name, option]) => text(`${name}: ${option.description} Default ${JSON.stringify(option.default)}.`))]),
    '',
    color.bold('Set it'),
    `  rules: { '${rule.name}': ${setting} }`,
    '',
    color.bold('Silence it in one place'),
    `  -- lockkeeper-disable-next-line ${rule.name} -- the reason`,
    ...(rule.references.length === 0 ? [] : ['', color.bold('Read on'), ...rule.references.flatMap(({ title, url }) => [`  ${title}`, `  ${color.dim(url)}`])]),
  ].join('\n')}\n`;
}
