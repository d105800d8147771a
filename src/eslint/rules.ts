import type { RuleDefinition, RuleContext as EslintContext } from '@eslint/core';
import { join, relative } from 'node:path';
import type { Finding } from '../check/finding.ts';
import type { RuleSetting } from '../config/config.ts';
import { word } from '../fix/offers.ts';
import type { Patterns } from '../remedy/step.ts';
import { allRules } from '../names.ts';
import type { OptionSchema, Rule } from '../rule.ts';
import { lineIndex } from '../source/text.ts';
import type { Change } from './changes.ts';
import type { Settings, Started } from './project.ts';
import { pathIn, projectOf, withText } from './project.ts';
import type { Verdict } from './verdicts.ts';
import { verdictsOf, verdictsOn } from './verdicts.ts';

export interface Engine extends Started {
  readonly patterns: ReadonlyMap<string, Patterns>;
}

type Context = EslintContext & { readonly sourceCode: { readonly text: string; readonly ast: object } };

const DOCUMENTS = 'https://github.com/lockkeeper/lockkeeper/blob/main/rules';

/** A rule of ours as ESLint runs it: what the one lint of the file has found under its name is told through it. */
export function eslintRule(rule: Rule, engine: () => Engine): RuleDefinition {
  const number = NUMBERS.get(rule.name) ?? 0;
  return {
    meta: {
      type: rule.category === 'hygiene' ? 'suggestion' : 'problem',
      docs: { description: rule.summary, url: `${DOCUMENTS}/${rule.name}.md`, recommended: rule.recommended && rule.severity !== 'info' },
      fixable: 'code',
      hasSuggestions: true,
      schema: Object.keys(rule.options ?? {}).length === 0 ? [] : [{ type: 'object', properties: Object.fromEntries(Object.entries(rule.options ?? {}).map(schemaOf)), additionalProperties: false }],
      defaultOptions: Object.keys(rule.options ?? {}).length === 0 ? [] : [Object.fromEntries(Object.entries(rule.options ?? {}).map(([name, option]) => [name, option.default]))],
      messages: { found: '{{message}}', withAdvice: '{{message}} What to do: {{advice}}', withCommand: '{{message}} To put it right: {{command}}', change: '{{title}}' },
    },
    create(context) {
      const own = context as Context;
      const asked = askedAbout(own.sourceCode, number);
      const options = own.options[0] as Readonly<Record<string, unknown>> | undefined;
      // Whoever turns on what is off by default means it; what lockkeeper.config turns off stays off.
      if (!rule.recommended || options !== undefined) asked.rules[rule.name] = { severity: rule.recommended ? undefined : rule.severity, options: options ?? {} };
      const isFirst = asked.contexts.length === 0;
      asked.contexts[number] = own;
      if (!isFirst) return NO_LISTENERS;
      // By now all rules have been created, and the first one speaks for them: a call for each of them and file would take longer than to judge the file.
      const tell = (): void => {
        for (const verdict of judged(own, asked.rules, engine())) {
          const told = NUMBERS.get(verdict.finding.rule) ?? -1;
          const [its, context] = [allRules[told], asked.contexts[told]];
          if (its !== undefined && context !== undefined) report(verdict, its, context);
        }
      };
      // A file of SQL, or of JavaScript in whatever dialect its parser takes.
      return { Script: tell, Program: tell };
    },
  };
}

const schemaOf = ([name, { type, description }]: [string, OptionSchema]): [string, object] => [name, type === 'strings' ? { type: 'array', items: { type: 'string' }, description } : { type, description }];

/** What the rules of one file share. */
interface Asked {
  readonly rules: Record<string, RuleSetting>;
  /** By the number of the rule: where it reports. */
  readonly contexts: (Context | undefined)[];
}

/** A hundred rules are created for each file: what each of them does there is little. */
const NUMBERS: ReadonlyMap<string, number> = new Map(allRules.map(({ name }, number) => [name, number]));
const NO_LISTENERS = {};

/** ESLint creates all rules of a file before it goes to the next one. By file they would keep each other's trees alive. */
let last: { readonly code: object; readonly asked: Asked } | undefined;

function askedAbout(code: object, rule: number): Asked {
  // A rule that has been created for this source code belongs to another look at it.
  if (last?.code !== code || last.asked.contexts[rule] !== undefined) last = { code, asked: { rules: {}, contexts: [] } };
  return last.asked;
}

function judged(context: Context, rules: Readonly<Record<string, RuleSetting>>, engine: Engine): readonly Verdict[] {
  const settings = (context.settings as { readonly lockkeeper?: Settings }).lockkeeper ?? {};
  const { sourceCode } = context;
  const file = context.physicalFilename;
  const nameless = file.startsWith('<');
  const project = projectOf(nameless ? join(context.cwd, NAMELESS) : file, engine, settings);
  const path = nameless ? NAMELESS : pathIn(project, file);
  const options = { patterns: engine.patterns, rules };
  if (project.tree.read(path) === sourceCode.text) return project.judged.has(path) ? verdictsOf(project, path, options) : [];
  const edited = withText(project, path, sourceCode.text, nameless);
  return edited.judged.has(path) ? verdictsOn(edited, path, { ...options, trees: new Map([[path, sourceCode.ast]]) }) : [];
}

/** Where a text that has no file is taken to stand. */
const NAMELESS = 'stdin.sql';

/** As whoever started ESLint would type it. */
const shownPath = ({ cwd, physicalFilename }: Context): string => (physicalFilename.startsWith('<') ? NAMELESS : relative(cwd, physicalFilename).replaceAll('\\', '/'));

function report({ finding, change, command }: Verdict, rule: Rule, context: Context): void {
  // What is no more than a note here would fail a run whose configuration takes the rule as an error.
  if (finding.severity === 'info' && rule.severity !== 'info') return;
  const lines = lineIndex(context.sourceCode.text);
  const at = (offset: number): { line: number; column: number } => {
    const { line, column } = lines.position(offset);
    return { line, column: column - 1 };
  };
  const loc = { start: at(finding.span.start), end: at(Math.max(finding.span.end, finding.span.start)) };
  const fix = change === undefined ? undefined : (fixer: { replaceTextRange(range: [number, number], text: string): never }) => fixer.replaceTextRange([change.start, change.end], change.text);
  (context.report as (descriptor: object) => void)({
    loc,
    ...told(finding, change, command === undefined ? undefined : `lockkeeper ${command} ${word(shownPath(context))}`),
    ...(change?.safety === 'safe' && { fix }),
    ...(change?.safety === 'review' && { suggest: [{ messageId: 'change', data: { title: change.title }, fix }] }),
  });
}

/** Where the editor has nothing to offer, it says at least what to do. */
function told({ message, advice }: Finding, change: Change | undefined, command: string | undefined): { readonly messageId: string; readonly data: Readonly<Record<string, string>> } {
  if (command !== undefined) return { messageId: 'withCommand', data: { message, command } };
  return change === undefined ? { messageId: 'withAdvice', data: { message, advice: advice.replaceAll('\n', ' ') } } : { messageId: 'found', data: { message } };
}
