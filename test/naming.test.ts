import { CamelCasePlugin, DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { ProgramFile } from '../src/frameworks/framework.ts';
import { sentName, withNaming } from '../src/frameworks/shared/naming.ts';
import { settingsFiles } from '../src/frameworks/shared/settings-files.ts';
import { memoryTree } from './support/lint.ts';

const NAMES = ['createdAt', 'address1', 'userID', 'HTMLBody', 'a', 'already_snake', 'aB1C', 'fooBARBaz', 'Users'];

function sentBy(configuration: string): readonly string[] {
  const tree = memoryTree({ 'app/kysely.config.ts': configuration });
  return NAMES.map((name) => {
    let sent = '';
    withNaming(settingsFiles('app/migrations', tree, /^kysely\.config\.ts$/), ({ text }) => {
      sent = sentName({ text, runs: [] }).text;
      return undefined;
    })({ text: name } as ProgramFile, 'up');
    return sent;
  });
}

describe('names that a project has its builder change', () => {
  it('are those that CamelCasePlugin of Kysely sends', () => {
    const db = new Kysely({
      dialect: { createAdapter: () => new PostgresAdapter(), createDriver: () => new DummyDriver(), createIntrospector: (own) => new PostgresIntrospector(own), createQueryCompiler: () => new PostgresQueryCompiler() },
      plugins: [new CamelCasePlugin()],
    });
    expect(sentBy('export default defineConfig({ plugins: [new CamelCasePlugin()] });').map((name) => `drop table "${name}"`)).toEqual(NAMES.map((name) => db.schema.dropTable(name).compile().sql));
  });

  it('are those of lodash where wrapIdentifier calls it', () => {
    const sent = sentBy("const _ = require('lodash');\nmodule.exports = { wrapIdentifier: (value, origImpl) => origImpl(_.snakeCase(value)) };");
    expect(sent).toEqual(['created_at', 'address_1', 'user_id', 'html_body', 'a', 'already_snake', 'a_b_1_c', 'foo_bar_baz', 'users']);
  });

  it('stay as they are where the configuration says nothing that can be told', () => {
    expect(sentBy('module.exports = { wrapIdentifier: (value, origImpl) => origImpl(ours(value)) };')).toEqual(NAMES);
    expect(sentBy('export default defineConfig({ plugins: [new CamelCasePlugin({ upperCase: true })] });')).toEqual(NAMES);
  });
});
