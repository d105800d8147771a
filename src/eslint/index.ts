import type { ConfigObject, Plugin, RulesConfig } from '@eslint/core';
import { findConfig, loadConfig } from '../config/load.ts';
import { postgres } from '../dialects/postgres/index.ts';
import { loadPatterns } from '../fix/collect.ts';
import { allRules, configNames } from '../names.ts';
import type { Rule } from '../rule.ts';
import { version } from '../version.ts';
import { sqlLanguage } from './language.ts';
import { digestOf, projectOf } from './project.ts';
import type { LockkeeperPlugin } from './public.ts';
import type { Engine } from './rules.ts';
import { eslintRule } from './rules.ts';
import { TYPE_CHECKED } from './type-checked.ts';
export { hasJudged } from './verdicts.ts';

let started: Engine | undefined;

/** Resolves when parser, remedies and the configuration of the folder that ESLint was started in are there: nothing can be linted before. */
export const ready: Promise<void> = start();

async function start(): Promise<void> {
  await postgres.load();
  const file = findConfig(process.cwd());
  started = { patterns: await loadPatterns([postgres]), loaded: file === undefined ? [] : await loadConfig(file, configNames) };
}

function engine(): Engine {
  if (started === undefined) throw new Error('lockkeeper/eslint is still loading. Import it from an ES module (eslint.config.mjs), or await its `ready`.');
  return started;
}

/** Stands for all files that results depend on, so that ESLint's cache notices when one of them changes. */
const digest = (): string => (started === undefined ? '' : digestOf(projectOf(`${process.cwd()}/-`, started, {}), started));

const plugin: Plugin & { configs: Record<string, ConfigObject[]> } = {
  meta: { name: 'lockkeeper', version, namespace: 'lockkeeper' },
  rules: Object.fromEntries(allRules.map((rule) => [rule.name, eslintRule(rule, engine)])),
  languages: { sql: sqlLanguage(digest) as never },
  configs: {},
};

const SQL = ['**/*.sql'];
const CODE = ['**/*.{js,cjs,mjs,ts,cts,mts}'];

/** Rules of others that take SQL for JavaScript, or stop at it. Off where the plugin is not there, too. */
const NO_SQL: RulesConfig = { 'prettier/prettier': 'off', ...Object.fromEntries(TYPE_CHECKED.map((name) => [`@typescript-eslint/${name}`, 'off'])) };

function configsOf(name: string, isOn: (rule: Rule) => boolean): ConfigObject[] {
  const levels: RulesConfig = Object.fromEntries(allRules.filter(isOn).map((rule) => [`lockkeeper/${rule.name}`, rule.severity === 'error' ? 'error' : 'warn']));
  return [
    { name: `lockkeeper/${name}/sql`, files: SQL, plugins: { lockkeeper: plugin }, language: 'lockkeeper/sql', rules: { ...levels, ...NO_SQL } },
    { name: `lockkeeper/${name}/code`, files: CODE, plugins: { lockkeeper: plugin }, settings: { lockkeeperCache: { get digest() { return digest(); } } }, rules: levels },
  ];
}

Object.assign(plugin.configs, {
  recommended: configsOf('recommended', ({ recommended, severity }) => recommended && severity !== 'info'),
  hygiene: configsOf('hygiene', ({ recommended }) => recommended),
  all: configsOf('all', () => true),
});

export type { LockkeeperPlugin, LockkeeperRules, RuleName, RuleOptions } from './public.ts';

export default plugin as unknown as LockkeeperPlugin;
