import { Ajv } from 'ajv';
import { defineConfig } from 'eslint/config';
import { expect, test } from 'vitest';
import type { LockkeeperRules } from '../src/eslint/public.ts';
import { eslintRule } from '../src/eslint/rules.ts';
import { allRules } from '../src/names.ts';
import { expectGenerated } from './support/generated.ts';
import { ruleOptionsSource } from './support/rule-options.ts';

const never = (): never => {
  throw new Error('nothing is linted here');
};

test('the types of rules and options are those of the rules', () => expectGenerated('src/eslint/rule-options.ts', ruleOptionsSource(allRules)));

test.each(allRules.map((rule) => [rule.name, rule] as const))('%s: its schema takes its default options and no others', (_name, rule) => {
  const { meta } = eslintRule(rule, never);
  const [schema] = Array.isArray(meta?.schema) ? (meta.schema as readonly { readonly properties?: object }[]) : [];
  const valid = new Ajv().compile({ type: 'array', ...(schema === undefined ? { maxItems: 0 } : { items: schema, maxItems: 1 }) });
  expect(valid(meta?.defaultOptions ?? [])).toBe(true);
  expect(valid([{ nonsense: 1 }])).toBe(false);
  const names = Object.keys(rule.options ?? {});
  expect(Object.keys(schema?.properties ?? {})).toEqual(names);
});

test("settings that have our types are ESLint's own, and wrong ones do not compile", () => {
  const rules = { 'lockkeeper/no-drop-table': 'off', 'lockkeeper/require-lock-timeout': ['warn', { maximumSeconds: 5 }], 'lockkeeper/no-truncate': [2] } satisfies LockkeeperRules;
  expect(defineConfig([{ files: ['**/*.sql'], rules }])).toHaveLength(1);
  const wrong: readonly LockkeeperRules[] = [
    // @ts-expect-error There is no such rule.
    { 'lockkeeper/no-such-rule': 'error' },
    // @ts-expect-error There is no such option.
    { 'lockkeeper/require-lock-timeout': ['error', { seconds: 5 }] },
    // @ts-expect-error It is a number.
    { 'lockkeeper/require-lock-timeout': ['error', { maximumSeconds: '5' }] },
    // @ts-expect-error The rule has no options.
    { 'lockkeeper/no-drop-table': ['error', {}] },
  ];
  expect(wrong).toHaveLength(4);
});
