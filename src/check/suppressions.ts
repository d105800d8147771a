import { suggest } from '../config/suggest.ts';
import type { ResolvedConfig } from '../config/config.ts';
import { ruleSettings } from '../config/config.ts';
import type { Direction, Script, Statement } from '../ir/migration.ts';
import { fileText, inFile } from '../ir/migration.ts';
import type { Rule } from '../rule.ts';
import { lineIndex } from '../source/text.ts';
import type { Directive, Directives, FileText } from './directives.ts';
import { FORMS, hasNone, readDirectives } from './directives.ts';
import type { Finding } from './finding.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { RuleTable } from './rule-table.ts';
import type { CommentEvidence } from './suppression-rules.ts';
import { missingReason, unknownSuppression, unusedSuppression } from './suppression-rules.ts';

export { suppressionRules } from './suppression-rules.ts';

export interface SuppressionContext {
  readonly rules: readonly Rule[];
  readonly config: ResolvedConfig;
  readonly tables: (path: string, direction: Direction) => RuleTable;
  readonly fingerprint: Fingerprint;
}

/**
 * Marks the findings that a comment silences, and adds what is wrong with the comments themselves.
 * `scripts`: what was judged, by path, in the order of the run; the result is in that order, then by position.
 */
export function applySuppressions(findings: readonly Finding[], scripts: ReadonlyMap<string, readonly Script[]>, context: SuppressionContext): readonly Finding[] {
  const byPath = new Map<string, Finding[]>();
  for (const finding of findings) {
    const list = byPath.get(finding.path);
    if (list === undefined) byPath.set(finding.path, [finding]);
    else list.push(finding);
  }
  const done: Finding[] = [];
  for (const path of new Set([...scripts.keys(), ...byPath.keys()])) {
    const own = (byPath.get(path) ?? []).sort(byPosition);
    const list = scripts.get(path) ?? [];
    for (const finding of hasNone(textOf(list), context.config.foreignSuppressions) ? own : judgeFile(own, path, list, context)) done.push(finding);
  }
  return done;
}

function judgeFile(findings: readonly Finding[], path: string, scripts: readonly Script[], context: SuppressionContext): readonly Finding[] {
  const text = textOf(scripts);
  const file: FileText = {
    text,
    isProgram: scripts.some(({ host }) => host !== undefined),
    lines: lineIndex(text),
    comments: scripts.flatMap((script) => (script.host ?? script).comments),
    statements: scripts.flatMap((script) => (script.host === undefined ? script.statements : script.statements.map((statement) => placed(script, statement)))).sort((a, b) => a.span.start - b.span.start),
  };
  const read = readDirectives(file, context.config.foreignSuppressions);
  const used = new Set<string>();
  const marked = suppress(findings, read.directives, used);
  const complaints = suppress(complain(read, used, path, scripts, context).sort(byPosition), read.directives, used);
  return [...marked, ...complaints].sort(byPosition);
}

const textOf = ([script]: readonly Script[]): string => (script === undefined ? '' : fileText(script));

const placed = (script: Script, { span, operations }: Statement): Statement => ({
  span: inFile(script, span),
  operations: operations.map((operation) => ({ ...operation, span: inFile(script, operation.span) })),
});

const byPosition = (a: Finding, b: Finding): number => a.span.start - b.span.start || a.span.end - b.span.end || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);

/** One pass over findings and directives, both by position. What silenced something is added to `used`. */
function suppress(findings: readonly Finding[], directives: readonly Directive[], used: Set<string>): readonly Finding[] {
  const starting = [...directives].sort((a, b) => a.from - b.from);
  const active = new Map<string, Directive[]>();
  let next = 0;
  return findings.map((finding) => {
    if (finding.suppressed !== null) return finding;
    for (; (starting[next]?.from ?? Number.POSITIVE_INFINITY) <= finding.span.start; next++) {
      const directive = starting[next];
      if (directive === undefined) break;
      for (const key of keysOf(directive)) {
        const list = active.get(key);
        if (list === undefined) active.set(key, [directive]);
        else list.push(directive);
      }
    }
    for (const key of [finding.rule, EVERYTHING, inCategory(finding.category)]) {
      const list = active.get(key);
      if (list === undefined) continue;
      while (list.length > 0 && (list.at(-1)?.to ?? 0) < finding.span.start) list.pop();
      const hit = list.findLast((directive) => directive.to >= finding.span.start && directive.endsAfter < Math.max(finding.span.end, finding.span.start + 1));
      if (hit === undefined) continue;
      used.add(usedKey(hit, key === finding.rule ? finding.rule : undefined));
      return { ...finding, suppressed: { by: hit.by, reason: hit.reason } };
    }
    return finding;
  });
}

const EVERYTHING = '*';
const inCategory = (category: string): string => `category ${category}`;
const keysOf = ({ rules, categories }: Directive): readonly string[] => rules ?? categories?.map(inCategory) ?? [EVERYTHING];
const usedKey = (directive: Directive, rule: string | undefined): string => `${String(directive.span.start)} ${rule ?? EVERYTHING}`;

/** Words behind the name of a rule that no rule could have. */
function reasonIn({ rules = [] }: Directive, names: ReadonlySet<string>): readonly string[] {
  const words = rules.filter((name) => !names.has(name) && !name.includes('-'));
  return words.length > 1 || words.length < rules.length ? words : [];
}

/** What is wrong with the comments themselves. */
function complain({ directives, misspelt }: Directives, used: ReadonlySet<string>, path: string, scripts: readonly Script[], context: SuppressionContext): Finding[] {
  const names = new Set(context.rules.map((rule) => rule.name));
  const found: Finding[] = [];
  const said = new Set<string>();

  for (const { span, word } of misspelt) add(unknownSuppression, span, { name: word, near: suggest(word, FORMS), form: true });
  for (const directive of directives.filter(({ by }) => by === 'comment')) {
    const { span } = directive;
    if (directive.reason === null) add(missingReason, span, { name: undefined, near: undefined, form: false });
    const words = reasonIn(directive, names);
    if (words.length > 0) add(unknownSuppression, span, { name: words.join(' '), near: undefined, form: false, words: true });
    for (const name of directive.rules ?? [undefined]) {
      if (name !== undefined && words.includes(name)) continue;
      if (name !== undefined && !names.has(name)) add(unknownSuppression, span, { name, near: suggest(name, names), form: false });
      else if (!used.has(usedKey(directive, name)) && couldFind(name, span)) add(unusedSuppression, span, { name, near: undefined, form: false });
    }
  }
  return found;

  function add(rule: Rule, span: Directive['span'], evidence: CommentEvidence): void {
    const { severity } = ruleSettings(context.config, path, rule);
    const demanded = rule === missingReason && context.config.requireReason;
    const key = `${rule.name} ${String(span.start)} ${evidence.name ?? ''}`;
    if ((severity === 'off' && !demanded) || said.has(key)) return;
    said.add(key);
    found.push({
      rule: rule.name,
      severity: severity === 'off' ? rule.severity : severity,
      category: rule.category,
      message: rule.message(evidence),
      why: rule.why,
      advice: rule.advice(evidence),
      path,
      direction: directionAt(span.start),
      span,
      relation: null,
      fingerprint: context.fingerprint(rule.name, null, textOf(scripts).slice(span.start, span.end)),
      suppressed: null,
    });
  }

  /** A rule that is switched off here may well be needed elsewhere or tomorrow. */
  function couldFind(name: string | undefined, span: Directive['span']): boolean {
    if (name === undefined) return true;
    const table = context.tables(path, directionAt(span.start));
    return [...table.values()].some((active) => active.some(({ rule }) => rule.name === name));
  }

  function directionAt(offset: number): Script['direction'] {
    const holds = (script: Script): boolean => script.statements.some(({ span }) => inFile(script, span).end > offset);
    return (scripts.find(holds) ?? scripts[0])?.direction ?? 'up';
  }
}
