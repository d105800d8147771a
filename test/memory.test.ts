import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../src/check/finding.ts';
import { look } from '../src/fix/lint-run.ts';
import { lint } from '../src/pipeline.ts';
import { cases } from './support/cases.ts';
import { workshopOf } from './support/fix.ts';
import { memoryTree } from './support/lint.ts';

/** What stands in one migration, and how it is taken back. */
const PIECES: readonly (readonly [up: string, down: string])[] = [
  ['CREATE TABLE users (id bigint PRIMARY KEY, email text, org_id bigint);', 'DROP TABLE users;'],
  ['CREATE TABLE orgs (id bigint PRIMARY KEY, name text);', 'DROP TABLE orgs;'],
  ['ALTER TABLE users ADD CONSTRAINT users_org_fk FOREIGN KEY (org_id) REFERENCES orgs (id);', 'ALTER TABLE users DROP CONSTRAINT users_org_fk;'],
  ['CREATE INDEX users_email_idx ON users (email);', 'DROP INDEX users_email_idx;'],
  ['DROP INDEX users_email_idx;', 'CREATE INDEX users_email_idx ON users (email);'],
  ['ALTER TABLE users ADD COLUMN age int;', 'ALTER TABLE users DROP COLUMN age;'],
  ['ALTER TABLE users ALTER COLUMN age TYPE bigint;', 'ALTER TABLE users ALTER COLUMN age TYPE int;'],
  ['ALTER TABLE users ALTER COLUMN email SET NOT NULL;', 'ALTER TABLE users ALTER COLUMN email DROP NOT NULL;'],
  ['CREATE VIEW people AS SELECT id, email FROM users;', 'DROP VIEW people;'],
  ['DROP TABLE orgs CASCADE;', 'CREATE TABLE orgs (id bigint PRIMARY KEY, name text);'],
  ['ALTER TABLE orgs RENAME TO teams;', 'ALTER TABLE teams RENAME TO orgs;'],
  ['CREATE TYPE mood AS ENUM (\'sad\', \'ok\');\nALTER TABLE users ADD COLUMN mood mood;', 'ALTER TABLE users DROP COLUMN mood;\nDROP TYPE mood;'],
  ['ALTER TYPE mood ADD VALUE \'happy\';', ''],
  ['CREATE FUNCTION touch() RETURNS void LANGUAGE sql AS \'UPDATE users SET age = 0\';\nSELECT touch();', 'DROP FUNCTION touch();'],
  ['INSERT INTO orgs VALUES (1, \'x\');', 'DELETE FROM orgs;'],
  ['UPDATE users SET email = \'\' WHERE email IS NULL;', ''],
];

const piece = fc.integer({ min: 0, max: PIECES.length - 1 });

const filesOf = (history: readonly number[]): Record<string, string> =>
  Object.fromEntries(
    history.flatMap((which, index) => {
      const [up, down] = PIECES[which] ?? ['', ''];
      const name = `db/migrations/${String(index + 1).padStart(4, '0')}_step`;
      return [[`${name}.up.sql`, `${up}\n`], [`${name}.down.sql`, `${down}\n`]];
    }),
  );

const said = (findings: readonly Finding[]): readonly string[] => findings.map((one) => `${one.path} ${String(one.span.start)} ${one.rule} ${one.fingerprint} ${one.message}`);

describe('a memory of what has been found out', () => {
  test('changes nothing of what is found, whatever has been seen before', { timeout: 120_000 }, async () => {
    const workshop = await workshopOf({});
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 4, maxLength: 14 }), fc.array(fc.tuple(fc.nat(), piece, fc.boolean()), { minLength: 1, maxLength: 5 }), async (first, edits) => {
        let history = first;
        for (const [where, which, replaces] of [[0, first[0] ?? 0, true] as const, ...edits]) {
          const at = where % history.length;
          history = [...history.slice(0, at), which, ...history.slice(replaces ? at + 1 : at)];
          const tree = memoryTree(filesOf(history));
          const { report, ends } = await look(workshop, tree, { mayChange: () => true });
          const histories = await workshop.discover(tree);
          const anew = lint({ histories, config: workshop.config, rules: workshop.rules, read: (path) => tree.read(path), replayed: (_, end) => expect(Object.fromEntries([...ends.values()][0]?.() ?? [])).toEqual(Object.fromEntries(end.snapshot())) });
          expect(said(report.findings)).toEqual(said(anew.findings));
        }
      }),
      // A table that is made twice leaves behind what still speaks of the first one.
      { ...cases(40), examples: [[[3, 0, 0, 1, 0, 0], [[0, 3, true], [4, 4, false], [2, 1, true]]]] },
    );
  });
});
