import type { DialectChoice, Override, ResolvedConfig, RuleSetting, Scope, TableFacts } from './config.ts';
import { DEFAULT_CONFIG } from './config.ts';
import type { LoadedConfig } from './load.ts';
import { asList, isPreset } from './load.ts';
import type { RuleSettings, UserConfig, UserOverride } from './user-config.ts';

/** Puts configurations together, the least important first. `base` is the folder of the last one, relative to the project root. */
export function resolveConfig(loaded: readonly LoadedConfig[], base: string): ResolvedConfig {
  const merged = loaded.reduce((config, { config: next }) => merge(config, next), DEFAULT_CONFIG);
  return { ...merged, file: loaded.at(-1)?.file ?? null, base };
}

/** What the command line says, over everything that a file says. */
export interface CommandLineConfig {
  readonly rules?: Readonly<Record<string, RuleSetting>> | undefined;
  readonly dialect?: string | undefined;
  readonly framework?: string | undefined;
  readonly startAfter?: string | undefined;
  readonly failOn?: ResolvedConfig['failOn'] | undefined;
  readonly maxWarnings?: number | undefined;
}

export function withCommandLine(config: ResolvedConfig, said: CommandLineConfig): ResolvedConfig {
  const rules = said.rules ?? {};
  const scope: Partial<Scope> = {
    ...(said.framework !== undefined && { framework: said.framework }),
    ...(said.dialect !== undefined && { dialect: dialectChoice(said.dialect) }),
    ...(said.startAfter !== undefined && { startAfter: said.startAfter }),
  };
  const silent = Object.keys(rules).length === 0 && Object.keys(scope).length === 0;
  return {
    ...config,
    rules: mergeRules(config.rules, rules),
    // Once more as an override: an override in the file would win otherwise.
    overrides: silent || config.overrides.length === 0 ? config.overrides : [...config.overrides, { files: ['**'], rules, scope }],
    scope: { ...config.scope, ...scope },
    failOn: said.failOn ?? config.failOn,
    maxWarnings: said.maxWarnings ?? config.maxWarnings,
  };
}

/** `postgres@15.4` → postgres, 15. */
export function dialectChoice(text: string): DialectChoice {
  const [name = text, version] = text.split('@');
  return { name, version: version === undefined ? undefined : Number.parseInt(version, 10) };
}

function merge(under: ResolvedConfig, over: UserConfig): ResolvedConfig {
  const presets = asList(over.extends).filter(isPreset);
  return {
    ...under,
    presets: presets.length === 0 ? under.presets : [...under.presets, ...presets],
    rules: mergeRules(under.rules, ruleMap(over.rules)),
    overrides: [...under.overrides, ...(over.overrides ?? []).map(override)],
    ignore: [...under.ignore, ...asList(over.ignore)],
    paths: over.paths === undefined ? under.paths : asList(over.paths),
    scope: mergeScope(under.scope, over),
    tables: { ...under.tables, ...tableMap(over.tables) },
    smallTable: over.smallTable ?? under.smallTable,
    failOn: over.failOn ?? under.failOn,
    maxWarnings: over.maxWarnings ?? under.maxWarnings,
    requireReason: over.requireReason ?? under.requireReason,
    foreignSuppressions: over.foreignSuppressions ?? under.foreignSuppressions,
  };
}

const override = (said: UserOverride): Override => ({ files: asList(said.files), rules: ruleMap(said.rules), scope: partialScope(said) });

const mergeScope = (under: Scope, over: UserConfig): Scope => {
  const scope = partialScope(over);
  return { ...under, ...scope, settings: { ...under.settings, ...scope.settings } };
};

function partialScope(said: UserConfig | UserOverride): Partial<Scope> {
  return {
    ...(said.framework !== undefined && { framework: said.framework }),
    ...(said.dialect !== undefined && { dialect: dialectChoice(said.dialect) }),
    ...(said.startAfter !== undefined && { startAfter: said.startAfter }),
    ...(said.settings !== undefined && {
      settings: Object.fromEntries(Object.entries(said.settings).map(([name, value]) => [name.toLowerCase(), String(value)])),
    }),
  };
}

function ruleMap(said: RuleSettings | undefined): Record<string, RuleSetting> {
  const entries = Object.entries(said ?? {}).map(([name, setting]): [string, RuleSetting] =>
    typeof setting === 'string' ? [name, { severity: setting, options: {} }] : [name, { severity: setting[0], options: setting[1] ?? {} }],
  );
  return Object.fromEntries(entries);
}

/** A severity alone keeps the options that were set before. */
function mergeRules(under: ResolvedConfig['rules'], over: ResolvedConfig['rules']): ResolvedConfig['rules'] {
  const merged: Record<string, RuleSetting> = { ...under };
  for (const [name, setting] of Object.entries(over)) {
    const before = Object.hasOwn(under, name) ? under[name] : undefined;
    merged[name] = { severity: setting.severity ?? before?.severity, options: { ...before?.options, ...setting.options } };
  }
  return merged;
}

function tableMap(said: UserConfig['tables']): Record<string, TableFacts> {
  const entries = Object.entries(said ?? {}).map(([name, { rows, hot, bytes }]): [string, TableFacts] => [name, { rows, hot, ...(bytes !== undefined && { bytes }) }]);
  return Object.fromEntries(entries);
}
