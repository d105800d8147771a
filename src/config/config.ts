import type { Rule, Severity } from '../rule.ts';
import { matchesAny } from './glob.ts';

export type Level = Severity | 'off';
export type Preset = 'recommended' | 'strict' | 'hygiene';
/** Findings of at least this severity fail the run. */
export type FailOn = Severity | 'never';

/** A configuration after reading, extending and validating: what the pipeline takes. Plain data. */
export interface ResolvedConfig {
  /** File that it came from, as a user would name it; null without one. */
  readonly file: string | null;
  /** Folder that globs and paths are relative to, itself relative to the project root; '' when the same. */
  readonly base: string;
  /** Later presets win over earlier ones. */
  readonly presets: readonly Preset[];
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly overrides: readonly Override[];
  /** Files that are not reported on; as a part of the history they are replayed all the same. */
  readonly ignore: readonly string[];
  /** What to lint when the command line does not say; empty: find the migrations. */
  readonly paths: readonly string[];
  /** For everything no override speaks about. */
  readonly scope: Scope;
  readonly tables: Readonly<Record<string, TableFacts>>;
  /** What a statistics file says of tables; what `tables` says stands against it. */
  readonly measured?: Readonly<Record<string, TableFacts>>;
  /** Major version of the server that a statistics file was made of. */
  readonly measuredVersion?: number | undefined;
  /** Tables of a known size of at most this many rows are small. */
  readonly smallTable: number;
  readonly failOn: FailOn;
  /** Warnings up to this many do not fail the run, more do. Undefined: `failOn` alone says. */
  readonly maxWarnings: number | undefined;
  /** Suppressions without a reason are findings. */
  readonly requireReason: boolean;
  /** Suppression comments of other linters count. */
  readonly foreignSuppressions: boolean;
}

/** What can differ between the migration folders of one project. */
export interface Scope {
  /** Undefined: recognised. */
  readonly framework: string | undefined;
  /** Undefined: the framework's own files say, or the default. */
  readonly dialect: DialectChoice | undefined;
  /** Version or file name: migrations up to it are replayed but not reported. */
  readonly startAfter: string | undefined;
  /** Session settings that the runner makes before the first statement; names in lower case. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface DialectChoice {
  readonly name: string;
  /** Major version; undefined: the dialect's default is assumed. */
  readonly version: number | undefined;
}

export interface RuleSetting {
  /** Undefined: options only, the preset decides about the severity. */
  readonly severity: Level | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Override {
  readonly files: readonly string[];
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly scope: Partial<Scope>;
}

export interface TableFacts {
  readonly rows: number | undefined;
  /** Read or written all the time; undefined: not known. */
  readonly hot: boolean | undefined;
  /** On disk, indexes aside. */
  readonly bytes?: number | undefined;
  readonly indexBytes?: number | undefined;
}

export interface EffectiveSetting {
  readonly severity: Level;
  /** The user chose the severity: it also stands against a rule's choice for a single case. */
  readonly explicit: boolean;
  /** Complete: defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
}

export const DEFAULT_SMALL_TABLE = 10_000;

export const DEFAULT_CONFIG: ResolvedConfig = {
  file: null,
  base: '',
  presets: ['recommended'],
  rules: {},
  overrides: [],
  ignore: [],
  paths: [],
  scope: { framework: undefined, dialect: undefined, startAfter: undefined, settings: {} },
  tables: {},
  smallTable: DEFAULT_SMALL_TABLE,
  failOn: 'warning',
  maxWarnings: undefined,
  requireReason: false,
  foreignSuppressions: false,
};

/** How a rule is set for one file. `path` is relative to the project root. Cheap, but ask once per rule and file. */
export function ruleSettings(config: ResolvedConfig, path: string, rule: Rule): EffectiveSetting {
  const options: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(rule.options ?? {})) options[name] = schema.default;
  let severity = presetLevel(config.presets, rule);
  let explicit = false;
  for (const setting of settingsFor(config, path, rule.name)) {
    if (setting.severity !== undefined) {
      severity = setting.severity;
      explicit = true;
    }
    Object.assign(options, setting.options);
  }
  return { severity, explicit, options };
}

/** Framework, dialect, startAfter and settings for one file or folder. `path` is relative to the project root. */
export function scopeFor(config: ResolvedConfig, path: string): Scope {
  const inside = relativeToBase(config, path);
  let scope = config.scope;
  if (inside === undefined) return scope;
  for (const override of config.overrides) {
    if (!matchesAny(override.files, inside)) continue;
    scope = { ...scope, ...override.scope, settings: { ...scope.settings, ...override.scope.settings } };
  }
  return scope;
}

export function isIgnored(config: ResolvedConfig, path: string): boolean {
  const inside = relativeToBase(config, path);
  return inside !== undefined && config.ignore.length > 0 && matchesAny(config.ignore, inside);
}

/** What the config says of a table, else what was measured; `relation` is qualified. A bare name in the config means any schema. */
export function tableFacts(config: ResolvedConfig, relation: { readonly schema: string; readonly name: string }): TableFacts | undefined {
  const { tables, measured } = config;
  const full = `${relation.schema}.${relation.name}`;
  const said = Object.hasOwn(tables, full) ? tables[full] : Object.hasOwn(tables, relation.name) ? tables[relation.name] : undefined;
  const found = measured !== undefined && Object.hasOwn(measured, full) ? measured[full] : undefined;
  if (said === undefined || found === undefined) return said ?? found;
  // Who says how many rows there are speaks of another size than the one that was measured.
  const same = said.rows === undefined;
  return { rows: said.rows ?? found.rows, hot: said.hot ?? (same ? found.hot : undefined), bytes: said.bytes ?? (same ? found.bytes : undefined), indexBytes: same ? found.indexBytes : undefined };
}

function presetLevel(presets: readonly Preset[], rule: Rule): Level {
  let level: Level = 'off';
  for (const preset of presets) {
    if (PRESETS[preset](rule)) level = rule.severity;
  }
  return level;
}

/** What each preset switches on; presets add up. */
const PRESETS: { readonly [K in Preset]: (rule: Rule) => boolean } = {
  recommended: (rule) => rule.recommended,
  hygiene: (rule) => rule.recommended || rule.category === 'hygiene',
  strict: () => true,
};

function* settingsFor(config: ResolvedConfig, path: string, rule: string): Generator<RuleSetting> {
  const own = Object.hasOwn(config.rules, rule) ? config.rules[rule] : undefined;
  if (own !== undefined) yield own;
  if (config.overrides.length === 0) return;
  const inside = relativeToBase(config, path);
  if (inside === undefined) return;
  for (const override of config.overrides) {
    const setting = Object.hasOwn(override.rules, rule) ? override.rules[rule] : undefined;
    if (setting !== undefined && matchesAny(override.files, inside)) yield setting;
  }
}

/** Undefined for a path outside the folder of the configuration. */
function relativeToBase(config: ResolvedConfig, path: string): string | undefined {
  if (config.base === '') return path;
  return path.startsWith(`${config.base}/`) ? path.slice(config.base.length + 1) : undefined;
}

/** Written by `lockkeeper stats`. */
export const STATS_FILE = 'lockkeeper.stats.json';
