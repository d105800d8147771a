import type { EffectiveSetting, ResolvedConfig } from '../config/config.ts';
import { ruleSettings } from '../config/config.ts';
import type { Category, Rule, SubjectKind } from '../rule.ts';
import type { Direction } from '../ir/migration.ts';

export interface ActiveRule {
  readonly rule: Rule;
  readonly setting: EffectiveSetting;
}

/** The rules that speak about one file, by what they look at. */
export type RuleTable = ReadonlyMap<SubjectKind, readonly ActiveRule[]>;

/** Builds rule tables; files that no override tells apart share one. */
export function ruleTables(rules: readonly Rule[], config: ResolvedConfig): (path: string, direction: Direction) => RuleTable {
  const shared = new Map<string, RuleTable>();
  return (path, direction) => {
    const key = config.overrides.length === 0 && config.base === '' ? direction : `${direction}:${path}`;
    const known = shared.get(key);
    if (known !== undefined) return known;
    const table = build(rules, config, path, direction);
    shared.set(key, table);
    return table;
  };
}

/** How findings of a category count in a down script when the rule does not say. */
const DOWN: { readonly [K in Category]: 'same' | 'info' | 'off' } = {
  lock: 'info',
  rewrite: 'info',
  'data-loss': 'off',
  compatibility: 'off',
  fails: 'same',
  reversibility: 'same',
  history: 'off',
  security: 'same',
  hygiene: 'off',
  reading: 'same',
};

export const downMode = (rule: Rule): 'same' | 'info' | 'off' => rule.down ?? DOWN[rule.category];

function build(rules: readonly Rule[], config: ResolvedConfig, path: string, direction: Direction): RuleTable {
  const table = new Map<SubjectKind, ActiveRule[]>();
  for (const rule of rules) {
    if (direction === 'down' && downMode(rule) === 'off') continue;
    const setting = ruleSettings(config, path, rule);
    if (setting.severity === 'off') continue;
    for (const kind of rule.on) {
      const list = table.get(kind);
      if (list === undefined) table.set(kind, [{ rule, setting }]);
      else list.push({ rule, setting });
    }
  }
  return table;
}
