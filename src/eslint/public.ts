import type { ESLint, Linter } from 'eslint';
import type { RuleName, RuleOptions } from './rule-options.ts';

export type { RuleName, RuleOptions } from './rule-options.ts';

type Level = 'off' | 'warn' | 'error' | 0 | 1 | 2;
type Entry<Name extends RuleName> = Level | [Level] | (Name extends keyof RuleOptions ? [Level, RuleOptions[Name]] : never);

/** What a configuration may say about our rules: write `satisfies LockkeeperRules` behind `rules`. */
export type LockkeeperRules = { [Name in RuleName as `lockkeeper/${Name}`]?: Entry<Name> };

/** The default export of `lockkeeper/eslint`. */
export interface LockkeeperPlugin extends ESLint.Plugin {
  readonly rules: NonNullable<ESLint.Plugin['rules']>;
  readonly configs: { readonly recommended: Linter.Config[]; readonly hygiene: Linter.Config[]; readonly all: Linter.Config[] };
}

declare const plugin: LockkeeperPlugin;
export default plugin;
