import { expect, test } from 'vitest';
import { lintFiles, readFixture } from './support/lint.ts';

/** Message and advice of each finding of one rule. */
async function told(rule: string, fixture: string, of = rule): Promise<readonly string[]> {
  const { findings } = await lintFiles(readFixture(`fixtures/rules/${rule}/${fixture}`));
  return findings.filter((finding) => finding.rule === of).map(({ message, advice }) => `${message} ${advice}`);
}

test('a renamed field of Prisma is told with the mark that keeps the column', async () => {
  const [name, nick] = await told('no-drop-column', 'unsafe-prisma-rename');
  expect(name).toContain('while fullName is added: if this is a rename, all values are lost');
  expect(name).toContain('give User.fullName @map("name")');
  // No column of its type is added.
  expect(nick).not.toContain('rename');
});

test('a renamed model of Prisma keeps its table by @@map, and its relations theirs by a name', async () => {
  const [org, join] = await told('no-drop-table', 'unsafe-prisma-rename');
  expect(org).toContain('Table public.Org is dropped while "Account" is created with the same columns');
  expect(org).toContain('give Account @@map("Org")');
  expect(org).toContain('ALTER TABLE "Org" RENAME TO "Account"');
  expect(join).toContain('@relation("OrgToTag")');
});

test('a field that only the client of Prisma fills is named', async () => {
  const [updated] = await told('no-required-column-without-default', 'unsafe-prisma-updated-at');
  expect(updated).toContain('User.updatedAt is @updatedAt: only the client fills it');
});

test('who forgets .alter() in Knex hears of it, whether the column is known or not', async () => {
  expect((await told('no-duplicate-object', 'unsafe-knex-without-alter'))[0]).toContain('.alter()');
  expect((await told('no-required-column-without-default', 'unsafe-knex-without-alter'))[0]).toContain('.alter()');
});

test('a condition without a name is told under the one that the server will give it', async () => {
  expect((await told('no-validating-check', 'unsafe-unnamed.sql'))[0]).toContain('VALIDATE CONSTRAINT orders_total_check;');
});
