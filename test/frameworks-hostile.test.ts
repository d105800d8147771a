import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameworks } from '../src/frameworks/registry.ts';
import { cases } from './support/cases.ts';
import { growth, LINEAR } from './support/growth.ts';
import { memoryTree } from './support/lint.ts';

/** A file name that each framework takes for its own. */
const FILES: Readonly<Record<string, string>> = { flyway: 'm/V1__a.sql', refinery: 'm/V1__a.sql', evolve: 'm/V1__a.sql', postgrator: 'm/1.do.a.sql', 'golang-migrate': 'm/1_a.up.sql', pop: 'm/1_a.up.sql', 'db-migrate': 'm/20240101000000-a-up.sql', prisma: 'm/1_a/migration.sql', drizzle: 'm/1_a/migration.sql', diesel: 'm/1_a/up.sql', hasura: 'm/1_a/up.sql', sqitch: 'm/deploy/a.sql', 'graphile-migrate': 'm/current.sql' };

const fragment = fc.constantFrom(
  '-- +goose Up',
  ' -- +goose Down',
  '-- +goose StatementBegin',
  '-- +goose StatementEnd',
  '-- +goose',
  '-- +migrate Up notransaction',
  '-- +migrate Down',
  '-- +migrate StatementBegin',
  '-- migrate:up transaction:false',
  '-- migrate:down',
  '---- create above / drop below ----',
  '--liquibase formatted sql',
  '--changeset a:1 endDelimiter:GO splitStatements:false',
  '--changeset',
  '--rollback DROP TABLE a;',
  '--rollback empty',
  '--ignoreLines:start',
  '--ignoreLines:end',
  '/* liquibase rollback',
  '*/',
  '/* /* nested',
  '-- Up Migration',
  '--- DOWN migration',
  '-- UP',
  '-- DOWN',
  '$$',
  "'",
  '"',
  '$a$ ; $a$;',
  'CREATE INDEX CONCURRENTLY i ON t (c);',
  'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END;',
  'COPY t FROM STDIN;',
  '\\.',
  '\uFEFF',
  '\u0000',
  'é',
);
const script = fc.array(fc.oneof(fragment, fc.string({ maxLength: 12 })), { maxLength: 24 }).chain((lines) => fc.constantFrom('\n', '\r\n', '\r').map((end) => lines.join(end)));

describe('hostile files', () => {
  for (const framework of frameworks) {
    it(`${framework.name}: sections stay inside of the file, in order, and nothing throws`, () => {
      const path = FILES[framework.name] ?? 'm/1_a.sql';
      fc.assert(
        fc.property(script, (text) => {
          const tree = memoryTree({ [path]: text, 'm/sqitch.plan': '%project=x\n\na 2024-01-01T00:00:00Z A <a@a>\n' });
          framework.recognise('m', tree);
          const { migrations, problems } = framework.read('m', tree);
          for (const { up, down } of migrations) {
            for (const { sections = [] } of down === undefined ? [up] : [up, down]) {
              let last = 0;
              for (const { start, end } of sections) {
                expect(start).toBeGreaterThanOrEqual(last);
                expect(end).toBeGreaterThanOrEqual(start);
                expect(end).toBeLessThanOrEqual(text.length);
                last = end;
              }
            }
          }
          for (const { span } of problems) if (span !== undefined) expect(span.end <= text.length && span.start <= span.end).toBe(true);
        }),
        cases(150),
      );
    });
  }

  it.each<[string, string, string]>([
    ['goose', '-- +goose Up\n', `${'-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\n'.repeat(8000)}`],
    ['goose', '-- +goose Up\n', 'SELECT $$ $$;'.repeat(50_000)],
    ['sql-migrate', '', '-- +migrate Up\nSELECT 1;\n-- +migrate Down\nSELECT 2;\n'.repeat(5000)],
    ['dbmate', '', '-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n'.repeat(5000)],
    ['liquibase', '--liquibase formatted sql\n', Array.from({ length: 8000 }, (_, i) => `--changeset a:${String(i)}\nSELECT 1;\n--rollback SELECT 2;\n`).join('')],
    ['markers', '', '-- UP\nSELECT 1;\n-- DOWN\nSELECT 2;\n'.repeat(5000)],
    ['markers', '-- UP\n', `-- ${'='.repeat(2_000_000)}\n`],
    ['flyway', 'CREATE INDEX CONCURRENTLY i ON t (c);\n', "SELECT 'x' || '/* ' || $a$ ; $a$;\n".repeat(50_000)],
    ['flyway', 'VACUUM;\n', '/* '.repeat(500_000)],
    ['flyway', 'VACUUM;\n', `SELECT ${'('.repeat(2_000_000)}`],
  ])('%s reads %j and more in linear time', async (name, start, rest) => {
    const framework = frameworks.find((one) => one.name === name);
    const path = FILES[name] ?? 'm/1_a.sql';
    expect(await growth((times) => {
      const tree = memoryTree({ [path]: start + rest.slice(0, (rest.length * times) / 8) });
      framework?.recognise('m', tree);
      expect(framework?.read('m', tree).migrations.length).toBeGreaterThan(0);
    })).toBeLessThan(LINEAR);
  });

  // Each of these is quadratic for a pattern that lets white space run over the ends of lines.
  for (const [what, text] of [['empty lines', '\n'.repeat(300_000)], ['dashes', '--\n'.repeat(100_000)], ['blanks', ' '.repeat(300_000)]] as const) {
    it(`a file of ${what} is linear work`, async () => {
      expect(await growth((times) => {
        for (const framework of frameworks) {
          const tree = memoryTree({ [FILES[framework.name] ?? 'm/1_a.sql']: text.slice(0, (text.length * times) / 8) });
          framework.recognise('m', tree);
          framework.read('m', tree);
        }
      })).toBeLessThan(LINEAR);
    });
  }
});
