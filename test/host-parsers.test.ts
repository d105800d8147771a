import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseForESLint as parseForBabel } from '@babel/eslint-parser';
import { parseForESLint } from '@typescript-eslint/parser';
import { expect, test } from 'vitest';
import type { ProgramFile } from '../src/frameworks/framework.ts';
import { program as dbMigrate } from '../src/frameworks/db-migrate/program.ts';
import { program as knex } from '../src/frameworks/knex/program.ts';
import { program as kysely } from '../src/frameworks/kysely/program.ts';
import { program as mikroOrm } from '../src/frameworks/mikro-orm/program.ts';
import { program as nodePgMigrate } from '../src/frameworks/node-pg-migrate/program.ts';
import { program as sequelize } from '../src/frameworks/sequelize/program.ts';
import { migrationClasses } from '../src/frameworks/typeorm/classes.ts';
import { program as typeorm } from '../src/frameworks/typeorm/program.ts';
import type { Program } from '../src/hosts/program.ts';

type Read = (file: ProgramFile, direction: 'up' | 'down') => Program | undefined;

const TOOLS: Readonly<Record<string, Read>> = {
  'db-migrate': dbMigrate,
  knex,
  kysely,
  'mikro-orm': mikroOrm,
  'node-pg-migrate': nodePgMigrate,
  sequelize,
  typeorm: (file, direction) => typeorm(file, migrationClasses(file.text)[0]?.className ?? '', direction, { wrap: 'script' }),
};

const FOLDERS = Object.keys(TOOLS).flatMap((tool) => [`fixtures/programs/${tool}`, `fixtures/frameworks/${tool}`].map((folder) => [tool, folder] as const));

const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[cm]?[jt]s$/.test(name)).map((name) => join(folder, name));
  } catch {
    return [];
  }
};

const FILES = FOLDERS.flatMap(([tool, folder]) => filesIn(folder).map((path) => [tool, path] as const));

/** Emissions with their places; what a message quotes of a syntax error is the parser's own. */
const read = (tool: string, path: string, tree?: object): unknown =>
  (['up', 'down'] as const).map((direction) =>
    TOOLS[tool]?.({ path, text: readFileSync(path, 'utf8'), dialect: 'postgres', version: 17, read: () => undefined, ...(tree !== undefined && { tree }) }, direction),
  );

test('there are programs of every tool', () => expect(new Set(FILES.map(([tool]) => tool))).toEqual(new Set(Object.keys(TOOLS))));

test.each(FILES)("%s: %s is the same program in Babel's tree and in typescript-eslint's", (tool, path) => {
  const { ast } = parseForESLint(readFileSync(path, 'utf8'), { range: true, comment: true, loc: true, filePath: path, sourceType: 'module' });
  expect(read(tool, path, ast)).toEqual(read(tool, path));
});

test.each(FILES)("%s: %s is the same program in the tree that Babel hands ESLint", (tool, path) => {
  const plugins = /\.[cm]?ts$/.test(path) ? ['typescript', 'decorators'] : ['decorators'];
  const { ast } = parseForBabel(readFileSync(path, 'utf8'), { requireConfigFile: false, sourceType: 'unambiguous', babelOptions: { babelrc: false, configFile: false, parserOpts: { plugins, errorRecovery: true, allowReturnOutsideFunction: true } } });
  expect(read(tool, path, ast)).toEqual(read(tool, path));
});
