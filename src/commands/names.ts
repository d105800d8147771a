import type { ConfigNames } from '../config/schema.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Rule } from '../rule.ts';

/** Engines by every name that people use for them, loaded when one is needed. */
export const DIALECTS: Readonly<Record<string, () => Promise<Dialect>>> = {
  postgres: loadPostgres,
  postgresql: loadPostgres,
};

async function loadPostgres(): Promise<Dialect> {
  return (await import('../dialects/postgres/index.ts')).postgres;
}

/** The rules that look at migrations. */
export const ruleIndex = async (): Promise<readonly Rule[]> => (await import('../../rules/index.ts')).rules;

/** Those, and the rules about suppression comments. */
export async function allRules(): Promise<readonly Rule[]> {
  const [rules, { suppressionRules }] = await Promise.all([ruleIndex(), import('../check/suppression-rules.ts')]);
  return [...rules, ...suppressionRules];
}

/** What a configuration may name. */
export async function configNames(): Promise<ConfigNames> {
  const [rules, { frameworks }] = await Promise.all([allRules(), import('../frameworks/registry.ts')]);
  return { rules, dialects: Object.keys(DIALECTS), frameworks: frameworks.map(({ name }) => name) };
}
