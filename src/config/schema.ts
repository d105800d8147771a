import type { OptionSchema, Rule } from '../rule.ts';
import type { Level } from './config.ts';
import type { ConfigProblem, JsonSchema, Shape } from './shape.ts';
import { boolean, count, described, isRecord, join, listOf, matching, number, object, oneOf, oneOrMore, recordOf, refuse, scalar, show, string } from './shape.ts';
import { didYouMean } from './suggest.ts';
import type { RuleSettings, UserConfig, UserOverride, UserTableFacts } from './user-config.ts';
import { FAIL_ON, LEVELS } from './user-config.ts';

export const CONFIG_SCHEMA_ID = 'https://unpkg.com/lockkeeper/schemas/lockkeeper.config.schema.json';

/** The names that a configuration may use. */
export interface ConfigNames {
  readonly rules: readonly Rule[];
  readonly dialects: readonly string[];
  /** Major versions that each of them is known in. */
  readonly versions?: Readonly<Record<string, readonly number[]>>;
  readonly frameworks: readonly string[];
}

export function checkConfig(value: unknown, names: ConfigNames): { readonly config: UserConfig } | { readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  return configShape(names).check(value, '', problems) ? { config: value } : { problems };
}

/** For editors. */
export function configSchema(names: ConfigNames): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: CONFIG_SCHEMA_ID,
    title: 'Configuration of Lockkeeper',
    ...configShape(names).schema,
  };
}

function configShape(names: ConfigNames): Shape<UserConfig> {
  const rules = rulesShape(names.rules);
  const scope = {
    framework: oneOf(names.frameworks, 'The migration tool, when it is not recognised by itself.'),
    dialect: dialectShape(names),
    startAfter: string('Version or file name: migrations up to this one are replayed but not reported.'),
    settings: recordOf(scalar(), 'Session settings that the runner makes before it starts, as in { "lock_timeout": "5s" }.'),
  };
  return object<UserConfig>({
    $schema: string(),
    extends: oneOrMore(string(), 'Presets ("recommended", "strict", "hygiene"), other configuration files ("./base.json") or packages. Later ones win. Default "recommended".'),
    rules,
    overrides: listOf(
      object<UserOverride>({ files: oneOrMore(globShape(), 'Globs, relative to this file.'), rules, ...scope }, ['files']),
      'Settings for some files; later ones win.',
    ),
    ignore: oneOrMore(globShape(), 'Files that are not reported on, as globs relative to this file. As a part of the history they are replayed all the same.'),
    paths: oneOrMore(string(), 'Files or folders to lint when the command line names none.'),
    ...scope,
    tables: recordOf(
      object<UserTableFacts>({ rows: count('Approximate number of rows.'), hot: boolean('Read or written all the time.'), bytes: count('Approximate size on disk in bytes, indexes aside.') }),
      'What is known about tables, by name ("orders" or "public.orders").',
    ),
    smallTable: count('Tables with at most this many rows are small: what grows with the table is reported as info. Default 10000.'),
    failOn: oneOf(FAIL_ON, 'Findings of this severity or worse fail the run. Default "warning".'),
    maxWarnings: count('More warnings than this fail the run; up to this many do not.'),
    requireReason: boolean('Every suppression comment must say why. Default false.'),
    foreignSuppressions: boolean('Honour the suppression comments of squawk, pgsafe, eugene and Atlas. Default false.'),
  });
}

function rulesShape(rules: readonly Rule[]): Shape<RuleSettings> {
  const level = oneOf<Level>(LEVELS);
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  return {
    schema: {
      description: 'Severity per rule, or severity and options.',
      type: 'object',
      properties: Object.fromEntries(rules.map((rule) => [rule.name, described(settingSchema(level, rule), `${rule.summary}.`)])),
      additionalProperties: false,
    },
    check(value, path, problems): value is RuleSettings {
      if (!isRecord(value)) return refuse(problems, path, 'an object of rule names', value);
      const before = problems.length;
      for (const [name, setting] of Object.entries(value)) {
        const at = join(path, name);
        const rule = byName.get(name);
        if (rule === undefined) {
          const hint = didYouMean(name, byName.keys()) || ' "lockkeeper rules" lists them.';
          problems.push({ path: at, message: `is not a rule.${hint}` });
        } else if (Array.isArray(setting)) checkPair(setting, rule, level, at, problems);
        else level.check(setting, at, problems);
      }
      return problems.length === before;
    },
  };
}

function settingSchema(level: Shape<Level>, rule: Rule): JsonSchema {
  const items = [level.schema, optionsShape(rule).schema];
  return { anyOf: [level.schema, { type: 'array', items, minItems: 1, maxItems: 2 }] };
}

function checkPair(setting: readonly unknown[], rule: Rule, level: Shape<Level>, at: string, problems: ConfigProblem[]): void {
  if (setting.length < 1 || setting.length > 2) problems.push({ path: at, message: `must be [severity, options], not ${show(setting)}.` });
  else {
    level.check(setting[0], `${at}[0]`, problems);
    if (setting.length === 2) optionsShape(rule).check(setting[1], `${at}[1]`, problems);
  }
}

function optionsShape(rule: Rule): Shape<object> {
  const fields = Object.entries(rule.options ?? {}).map(([name, option]) => [name, optionShape(option)]);
  if (fields.length === 0) {
    return {
      schema: { type: 'object', maxProperties: 0 },
      check: (value, path, problems): value is object => {
        if (isRecord(value) && Object.keys(value).length === 0) return true;
        problems.push({ path, message: 'must not be there: this rule has no options.' });
        return false;
      },
    };
  }
  return object<Record<string, unknown>>(Object.fromEntries(fields) as Record<string, Shape<NonNullable<unknown>>>);
}

function optionShape(option: OptionSchema): Shape<unknown> {
  const shapes: { readonly [K in OptionSchema['type']]: (description: string) => Shape<unknown> } = {
    boolean,
    number,
    string,
    strings: (description) => listOf(string(), description),
  };
  const shape = shapes[option.type](option.description);
  return { ...shape, schema: { ...shape.schema, default: option.default } };
}

function dialectShape({ dialects, versions = {} }: ConfigNames): Shape<string> {
  const expected = `an engine with or without a version, as in "${dialects[0] ?? 'postgres'}@15"`;
  const form = matching(/^[a-z]+(?:@\d+(?:\.\d+)*)?$/, expected, 'Engine and major version, as in "postgres@15".');
  return {
    schema: form.schema,
    check(value, path, problems): value is string {
      if (!form.check(value, path, problems)) return false;
      const [name = '', version] = value.split('@');
      const known = versions[name] ?? [];
      if (version !== undefined && known.length > 0 && !known.includes(Number.parseInt(version, 10))) {
        problems.push({ path, message: `names ${name}@${version}, which is not supported: versions ${String(Math.min(...known))} to ${String(Math.max(...known))} are.` });
        return false;
      }
      if (dialects.includes(name)) return true;
      problems.push({ path, message: `names an unknown engine "${name}".${didYouMean(name, dialects) || ` Known are ${dialects.join(', ')}.`}` });
      return false;
    },
  };
}

function globShape(): Shape<string> {
  const text = string();
  return {
    schema: text.schema,
    check(value, path, problems): value is string {
      if (!text.check(value, path, problems)) return false;
      if (!/^!?\.\.(?:\/|$)/.test(value)) return true;
      problems.push({ path, message: `is relative to this file and cannot leave its folder: ${show(value)}.` });
      return false;
    },
  };
}
