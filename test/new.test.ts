import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { Framework } from '../src/frameworks/framework.ts';
import type { Rule } from '../src/rule.ts';
import { scratchFolder } from './support/folders.ts';

// What `npm run new` writes is a rule and a framework, before anybody has filled them in.

const make = (folder: string, ...args: readonly string[]): { readonly status: number | null; readonly out: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('scripts/new.mjs'), ...args], { cwd: folder, encoding: 'utf8' });
  return { status, out: stdout + stderr };
};

test('a rule, with its fixtures', async () => {
  const folder = scratchFolder();
  symlinkSync(resolve('src'), join(folder, 'src'));
  expect(make(folder, 'rule', 'no-such-thing')).toMatchObject({ status: 0, out: expect.stringContaining('rules/no-such-thing.ts\n') as string });
  const { default: rule } = (await import(join(folder, 'rules/no-such-thing.ts'))) as { readonly default: Rule };
  expect(rule).toMatchObject({ name: 'no-such-thing', on: ['createTable'] });
  expect(readFileSync(join(folder, 'fixtures/rules/no-such-thing/unsafe.sql'), 'utf8')).toContain('-- expect: no-such-thing');
  expect(make(folder, 'rule', 'no-such-thing')).toMatchObject({ status: 2, out: 'rules/no-such-thing.ts is there already.\n' });
  expect(make(folder, 'rule', 'such-thing').status).toBe(2);
});

test('a framework, with its fixture', async () => {
  const folder = scratchFolder();
  expect(make(folder, 'framework', 'some-tool').status).toBe(0);
  expect(existsSync(join(folder, 'fixtures/frameworks/some-tool/project/migrations/1_users.sql'))).toBe(true);
  symlinkSync(resolve('src/frameworks/shared'), join(folder, 'src/frameworks/shared'));
  symlinkSync(resolve('src/frameworks/framework.ts'), join(folder, 'src/frameworks/framework.ts'));
  const { default: framework } = (await import(join(folder, 'src/frameworks/some-tool/index.ts'))) as { readonly default: Framework };
  expect(framework.name).toBe('some-tool');
});
