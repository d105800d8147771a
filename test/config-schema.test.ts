import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { configNames } from '../src/names.ts';
import { configSchema } from '../src/config/schema.ts';
import { statsSchema } from '../src/config/stats.ts';
import type { UserConfig } from '../src/config/user-config.ts';
import { expectGenerated } from './support/generated.ts';

const FILE = 'schemas/lockkeeper.config.schema.json';

test('the published schema is current', () => {
  expectGenerated(FILE, `${JSON.stringify(configSchema(configNames), null, 2)}\n`);
});

test('the published schema of lockkeeper.stats.json is current', () => {
  expectGenerated('schemas/lockkeeper.stats.schema.json', `${JSON.stringify(statsSchema(), null, 2)}\n`);
});

test('editors accept what Lockkeeper accepts, and mark what it refuses', () => {
  const check = new Ajv({ strict: true, strictTuples: false, allowUnionTypes: true }).compile(JSON.parse(readFileSync(FILE, 'utf8')) as object);
  const good: UserConfig = {
    $schema: './node_modules/lockkeeper/schemas/lockkeeper.config.schema.json',
    extends: ['strict', './base.json'],
    dialect: 'postgres@15',
    framework: 'goose',
    rules: { 'no-blocking-index-build': 'warning', 'no-drop-column': ['error'] },
    overrides: [{ files: 'old/**', rules: { 'no-drop-column': 'off' }, settings: { lock_timeout: '5s' } }],
    tables: { orders: { rows: 50_000_000, hot: true } },
    failOn: 'error',
    maxWarnings: 3,
  };
  expect(check(good), JSON.stringify(check.errors)).toBe(true);
  for (const bad of [{ failon: 'error' }, { rules: { 'no-such-rule': 'error' } }, { rules: { 'no-drop-column': 'fatal' } }, { dialect: 'postgres 15' }, { overrides: [{}] }, { maxWarnings: -1 }]) {
    expect(check(bad), JSON.stringify(bad)).toBe(false);
  }
});
