import { rules } from '../rules/index.ts';
import { suppressionRules } from './check/suppression-rules.ts';
import type { ConfigNames } from './config/schema.ts';
import type { Dialect } from './dialects/dialect.ts';
import { postgres } from './dialects/postgres/index.ts';
import { frameworks } from './frameworks/registry.ts';
import type { Rule } from './rule.ts';
import { verifyRules } from './servers/verify/rules.ts';

/** Engines by every name that people use for them. */
export const DIALECTS: Readonly<Record<string, Dialect>> = { postgres, postgresql: postgres };

/** The rules that look at migrations, those about suppression comments, and those that need a server. */
export const allRules: readonly Rule[] = [...rules, ...suppressionRules, ...verifyRules];

/** What a configuration may name. */
export const configNames: ConfigNames = { rules: allRules, dialects: Object.keys(DIALECTS), versions: Object.fromEntries(Object.entries(DIALECTS).map(([name, { versions }]) => [name, versions])), frameworks: frameworks.map(({ name }) => name) };
