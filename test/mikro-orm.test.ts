import { expect, test } from 'vitest';
import { program } from '../src/frameworks/mikro-orm/program.ts';
import type { Program } from '../src/hosts/program.ts';

const read = (body: string, direction: 'up' | 'down' = 'up', head = "import { Migration } from '@mikro-orm/migrations';"): Program | undefined =>
  program({ path: 'Migration1.ts', text: `${head}\nexport class Migration1 extends Migration {\n${body}\n}`, dialect: 'postgres', version: 17, read: () => undefined }, direction);

const sent = (body: string): readonly string[] => read(body)?.emissions.map((emission) => ('sql' in emission ? emission.sql : `? ${emission.detail}`)) ?? [];

test('execute goes at once, addSql when the method has ended', () => {
  expect(sent("async up() { this.addSql('a'); await this.execute('b'); this.addSql(`c`); }")).toEqual(['b', 'a', 'c']);
});

test('helpers of the class are followed', () => {
  expect(sent("private tables = ['x', 'y'];\nup() { for (const t of this.tables) this.drop(t); }\nprivate drop(t: string) { this.addSql(`drop table ${t}`); }")).toEqual(['drop table x', 'drop table y']);
});

test('a direction that the class does not have is none', () => expect(read("up() { this.addSql('a'); }", 'down')).toBeUndefined());

test('isTransactional', () => expect(read("up() { this.addSql('a'); }\nisTransactional() { return false; }")).toMatchObject({ transaction: { wrap: 'none' } }));

test('what the entity manager does is told', () => expect(sent("async up() { await this.getEntityManager().flush(); }")).toEqual(['? `flush` does what the entities of that day say']));
