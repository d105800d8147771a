import { describe, expect, it } from 'vitest';
import { program as mikroOrm } from '../src/frameworks/mikro-orm/program.ts';
import { program as nodePgMigrate } from '../src/frameworks/node-pg-migrate/program.ts';
import type { Program } from '../src/hosts/program.ts';

const told = (program: Program | undefined): readonly string[] => (program?.emissions ?? []).map((emission) => ('opaque' in emission ? `? ${emission.detail}` : `${emission.within === undefined ? '' : emission.within.loop ? 'loop: ' : 'if: '}${emission.sql}`));
const file = (text: string) => ({ path: 'migrations/1_a.ts', text, dialect: 'postgres', version: 17, read: () => undefined });

describe('node-pg-migrate keeps its steps until the function has ended', () => {
  const read = (up: string, direction: 'up' | 'down' = 'up'): readonly string[] => told(nodePgMigrate(file(`exports.up = async (pgm) => { ${up} };`), direction));

  it('and each stands under the conditions of its own place', () => {
    expect(read("if (process.env.PART) pgm.sql('DELETE FROM a'); pgm.sql('DELETE FROM b');")).toEqual(['if: DELETE FROM a', 'DELETE FROM b']);
    expect(read("const { rows } = await pgm.db.query('SELECT id FROM a'); for (const row of rows) pgm.dropTable(row.name); pgm.sql('DELETE FROM b');")).toEqual(['SELECT id FROM a', 'loop: DROP TABLE "${row.name}"', 'DELETE FROM b']);
  });

  it('of several branches one is read, and the others are told', () => {
    expect(read("switch (process.env.STAGE) { case 'a': pgm.sql('DELETE FROM a'); break; default: pgm.sql('DELETE FROM b'); }")).toEqual(['? which branch runs depends on `process.env.STAGE`', 'DELETE FROM a']);
  });

  it('what goes at once goes first, and what is turned around begins with the last', () => {
    expect(read("pgm.sql('DELETE FROM b'); await pgm.db.query('DELETE FROM a');")).toEqual(['DELETE FROM a', 'DELETE FROM b']);
    expect(read("pgm.createTable('a', { id: 'id' }); pgm.createIndex('a', 'id', { name: 'i' });", 'down')).toEqual(['DROP INDEX "i"', 'DROP TABLE "a"']);
  });
});

describe('MikroORM keeps what addSql is given', () => {
  const read = (up: string): readonly string[] => told(mikroOrm(file(`import { Migration } from '@mikro-orm/migrations';\nexport class Migration1 extends Migration { async up() { ${up} } }`), 'up'));

  it('under the conditions of its own place, behind what goes at once', () => {
    expect(read("if (process.env.PART) this.addSql('DELETE FROM b'); this.addSql('DELETE FROM c'); await this.execute('DELETE FROM a');")).toEqual(['DELETE FROM a', 'if: DELETE FROM b', 'DELETE FROM c']);
    expect(read("this.addSql('DELETE FROM a'); this.reset(); this.addSql('DELETE FROM b');")).toEqual(['DELETE FROM b']);
  });
});
