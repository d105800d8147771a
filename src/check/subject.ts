import type { Catalog } from '../catalog/catalog.ts';
import type { ResolvedConfig } from '../config/config.ts';
import { tableFacts } from '../config/config.ts';
import type { LaterForm } from '../dialects/dialect.ts';
import type { Size } from '../effects/risk.ts';
import type { Effects } from '../effects/vocabulary.ts';
import type { Script, Statement } from '../ir/migration.ts';
import { inFile } from '../ir/migration.ts';
import type { QualifiedName } from '../ir/names.ts';
import { relationKey } from '../ir/names.ts';
import type { EvidenceBase, RuleContext, Severity, Subject, UnitView } from '../rule.ts';
import type { Finding } from './finding.ts';
import { isLive, isOurs } from './liveness.ts';
import type { ActiveRule } from './rule-table.ts';
import { downMode } from './rule-table.ts';
import type { Judge } from './judge.ts';

export interface Scene {
  readonly script: Script;
  readonly statement: Statement | undefined;
  readonly effects: Effects;
  readonly statementEffects: Effects;
  readonly unit: UnitView | undefined;
}

/** Runs every rule that looks at this kind of subject. A rule that crashes names itself, the file and the place. */
export function checkSubject(subject: Subject, scene: Scene, judge: Judge, findings: Finding[]): void {
  const active = judge.rules.get(subject.kind);
  if (active === undefined) return;
  const context = contextFor(scene, judge);
  for (const one of active) {
    context.options = one.setting.options;
    try {
      const evidence = one.rule.check(subject, context);
      if (evidence === undefined) continue;
      for (const item of isList(evidence) ? evidence : [evidence]) {
        const finding = toFinding(item, subject, scene, judge, one);
        if (isTold(finding, judge)) continue;
        findings.push(finding);
        judge.propose?.({ finding, rule: one.rule, subject, evidence: item, context, judge });
      }
    } catch (cause) {
      throw new Error(`Rule ${one.rule.name} crashed on ${subject.kind} in ${scene.script.path} at offset ${String(subject.span.start)}`, { cause });
    }
  }
}

function isTold({ rule, severity, span, relation, message }: Finding, { told }: Judge): boolean {
  const key = `${rule} ${severity} ${String(span.start)} ${String(span.end)} ${String(relation)} ${message}`;
  if (told.has(key)) return true;
  told.add(key);
  return false;
}

const isList = (evidence: EvidenceBase | readonly EvidenceBase[]): evidence is readonly EvidenceBase[] => Array.isArray(evidence);

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** One context serves all rules and operations of a script in turn: it is made for millions of calls, and valid during each only. */
function contextFor(scene: Scene, judge: Judge): Writable<RuleContext> {
  if (last?.judge !== judge) last = { judge, context: ruleContext(scene, judge) };
  const { context } = last;
  context.script = scene.script;
  context.direction = scene.script.direction;
  context.statement = scene.statement;
  context.effects = scene.effects;
  context.statementEffects = scene.statementEffects;
  context.unit = scene.unit;
  return context;
}

/** A WeakMap would keep every script alive until the great collection: a context leads back to its judge. */
let last: { readonly judge: Judge; readonly context: Writable<RuleContext> } | undefined;

function ruleContext(scene: Scene, judge: Judge): Writable<RuleContext> {
  const { catalog, dialect, version, number, deploy } = judge;
  return {
    before: catalog,
    effects: scene.effects,
    statement: scene.statement,
    statementEffects: scene.statementEffects,
    unit: scene.unit,
    migration: judge.migration,
    script: scene.script,
    direction: scene.script.direction,
    options: {},
    version,
    versionAssumed: judge.versionAssumed,
    can: (ability) => dialect.can(ability, version),
    isVolatile: (expression) => dialect.isVolatile(expression, catalog),
    resolve: (name) => catalog.resolve(name),
    name: (name) => text(catalog.resolve(name)),
    isLive: (name) => isLive(catalog, name, number, deploy),
    isNew(name) {
      const relation = catalog.relation(name);
      return relation !== undefined && isOurs(relation.origin, number, deploy);
    },
    isEmpty(name) {
      const relation = catalog.relation(name);
      return relation?.kind === 'table' && relation.empty && isOurs(relation.origin, number, deploy);
    },
    isHot: (name) => tableFacts(judge.config, catalog.resolve(name))?.hot === true,
    madeHere: (origin) => isOurs(origin, number, deploy),
    ...(deploy !== undefined && {
      deploy: { earlier: (origin) => origin.migration !== number && isOurs(origin, number, deploy), touched: (name) => deploy.touched.has(relationKey(catalog.resolve(name))), held: deploy.held ?? [], splits: deploy.splitBy === number },
    }),
    setting: (name) => catalog.settings.get(name)?.value,
    laterForms: (text) => (judge.versionAssumed ? [] : dialect.laterForms(text, version).filter(({ own }) => own === undefined || !isOwn(own, catalog))),
  };
}

/** The history, or an extension of it, has something of that name. */
function isOwn({ kind, name, extension }: NonNullable<LaterForm['own']>, catalog: Catalog): boolean {
  if (kind === 'routine') return catalog.routines({ name }).length > 0 || (extension !== undefined && catalog.extension(extension) !== undefined);
  return kind === 'type' && catalog.type({ name }) !== undefined;
}

export function sizeOf(config: ResolvedConfig, relation: QualifiedName): Size {
  const facts = tableFacts(config, relation);
  if (facts === undefined) return 'unknown';
  if (facts.hot === true || (facts.rows !== undefined && facts.rows >= LARGE) || (facts.bytes !== undefined && facts.bytes >= LARGE_BYTES)) return 'large';
  return facts.rows !== undefined && facts.rows <= config.smallTable ? 'small' : 'unknown';
}

/** Rows from which a table counts as large. */
const LARGE = 10_000_000;
const LARGE_BYTES = 10e9;

function toFinding(evidence: EvidenceBase, subject: Subject, scene: Scene, judge: Judge, { rule, setting }: ActiveRule): Finding {
  const relation = evidence.relation ?? null;
  const at = evidence.at ?? subject.span;
  const script = evidence.script ?? scene.script;
  const around = scene.statement?.span ?? at;
  return {
    rule: rule.name,
    severity: severityOf(evidence, relation, scene, judge, { rule, setting }),
    category: rule.category,
    message: rule.message(evidence),
    why: rule.why,
    advice: rule.advice(evidence),
    path: script.path,
    direction: script.direction,
    span: subject.kind === 'trap' ? subject.trap.place : inFile(script, at),
    relation,
    fingerprint: judge.fingerprint(rule.name, relation, script.text.slice(around.start, Math.min(around.end, around.start + 2000))),
    suppressed: null,
  };
}

function severityOf(evidence: EvidenceBase, relation: string | null, scene: Scene, judge: Judge, { rule, setting }: ActiveRule): Severity {
  const base = setting.severity === 'off' ? rule.severity : setting.severity;
  const own = setting.explicit ? base : (evidence.severity ?? base);
  if (scene.script.direction === 'down' && downMode(rule) === 'info') return 'info';
  if (rule.scalesWithSize === true && relation !== null && isSmall(relation, judge.config)) return 'info';
  return own;
}

function isSmall(relation: string, config: ResolvedConfig): boolean {
  const dot = relation.indexOf('.');
  return sizeOf(config, { schema: relation.slice(0, dot), name: relation.slice(dot + 1) }) === 'small';
}

const text = (relation: QualifiedName): string => `${relation.schema}.${relation.name}`;
