import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planFor } from '../src/fix/planner.ts';
import { openPglite } from '../src/servers/pglite.ts';
import type { Server } from '../src/servers/server.ts';
import { workshopOf } from './support/fix.ts';
import { planned } from './support/remedies/plans.ts';
import { clear, send } from './support/remedies/run.ts';

const TABLE = `CREATE TABLE t (id int PRIMARY KEY, a int, kept int, archived_at timestamptz, touched int NOT NULL DEFAULT 0);
INSERT INTO t SELECT i, i, i, CASE WHEN i = 3 THEN now() END FROM generate_series(1, 5) AS i;`;
const triggered = (body: string, trigger = 'BEFORE INSERT OR UPDATE OR DELETE ON t FOR EACH ROW'): string =>
  `${TABLE}\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ ${body} $$;\nCREATE TRIGGER own ${trigger} EXECUTE FUNCTION f();`;
const CHANGE = 'ALTER TABLE t ALTER a TYPE bigint';

type Bodies = readonly (readonly [name: string, body: string, trigger?: string])[];

const setups = (all: Bodies): readonly (readonly [string, string])[] => all.map(([name, body, trigger]) => [name, triggered(body, trigger)]);

/** Bodies and triggers that refuse the batches, in whatever way they are written. */
const REFUSED: Bodies = [
  ['what no row has been asked before', `BEGIN IF NEW.kept > 2 THEN RAISE EXCEPTION 'kept'; END IF; RETURN NEW; END`, 'BEFORE UPDATE ON t FOR EACH ROW'],
  ['under a condition', `BEGIN IF old.archived_at IS NOT NULL THEN RAISE EXCEPTION 'archived'; END IF; RETURN new; END`],
  ['without a level', `BEGIN IF TG_OP = 'INSERT' THEN RETURN new; ELSIF OLD.archived_at IS NOT NULL THEN RAISE 'archived'; END IF; RETURN NEW; END`],
  ['by a condition name, behind ELSE', `BEGIN IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RAISE unique_violation; END IF; END`],
  ['by code', `DECLARE n int := 1; BEGIN IF NEW.kept <> 100 AND OLD.kept = 3 THEN RAISE SQLSTATE '22012'; END IF; RETURN NEW; END`],
  ['where anything changes', `BEGIN RAISE EXCEPTION 'frozen'; END`, 'AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)'],
  ['once for the statement', `BEGIN RAISE EXCEPTION 'frozen'; END`, 'AFTER UPDATE ON t'],
  ['one of several conditions', `BEGIN IF NEW.kept <> OLD.kept OR NEW.archived_at < now() + interval '1 day' THEN RAISE EXCEPTION 'kept'; END IF; RETURN NEW; END`],
  ['on a change of what is filled', `BEGIN IF NEW.a_new IS DISTINCT FROM OLD.a_new THEN RAISE EXCEPTION 'kept'; END IF; RETURN NEW; EXCEPTION WHEN undefined_column THEN RETURN NEW; END`],
];

const LET_THROUGH: Bodies = [
  ['what every row has been asked when it was inserted', `BEGIN IF NEW.kept < 0 THEN RAISE EXCEPTION 'kept'; END IF; RETURN NEW; END`],
  ['a notice', `BEGIN RAISE NOTICE 'raise exception'; RAISE WARNING 'two'; RETURN NEW; END`],
  ['another event', `BEGIN IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'kept'; END IF; RETURN NEW; END`],
  ['a column that may not change', `BEGIN IF TG_OP = 'UPDATE' AND NEW."kept" IS DISTINCT FROM OLD.kept THEN RAISE EXCEPTION 'kept'; END IF; RETURN NEW; END`],
  ['another column', `BEGIN RAISE EXCEPTION 'frozen'; END`, 'BEFORE UPDATE OF kept ON t FOR EACH ROW'],
  ['WHEN another column changes', `BEGIN RAISE EXCEPTION 'frozen'; END`, 'BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.kept <> NEW.kept)'],
  ['no update', `BEGIN RAISE EXCEPTION 'frozen'; END`, 'BEFORE DELETE ON t FOR EACH ROW'],
  ['a comment and a text', `BEGIN -- RAISE EXCEPTION
    NEW.touched := length('; RAISE EXCEPTION'); RETURN NEW; END`],
  ['the way out that is told', `BEGIN IF to_jsonb(new) - 'a_new' = to_jsonb(OLD) - 'a_new' THEN RETURN NEW; END IF; RAISE EXCEPTION 'frozen'; END`, 'BEFORE UPDATE ON t FOR EACH ROW'],
];

describe('what the batches of a backfill fire', () => {
  let server: Server;
  beforeAll(async () => {
    server = await openPglite();
  });
  afterAll(() => server.close());

  /** Sends all up to and with the batches. */
  const fill = async (setup: string): Promise<string | undefined> => {
    await clear(server);
    await send(server, setup);
    const { steps } = planned('shadowColumn', setup, CHANGE);
    const at = steps.findIndex(({ transaction }) => transaction === 'outside');
    for (const sql of steps.slice(0, at).flatMap(({ up }) => up)) await server.exec(sql);
    await server.exec(steps[at]?.up[0] ?? '');
    return steps[at]?.obstacle;
  };

  it.each(setups(REFUSED))('a trigger that refuses rows is told beforehand: %s', async (_, setup) => {
    const { steps } = planned('shadowColumn', setup, CHANGE);
    const obstacles = steps.flatMap(({ obstacle }) => obstacle ?? []);
    expect(obstacles).toHaveLength(1);
    expect(obstacles[0]).toContain('the trigger own of t, and public.f raises an exception');
    await expect(fill(setup)).rejects.toThrow();
  });

  it.each(setups(LET_THROUGH))('a trigger that lets the batches through stops nothing: %s', async (_, setup) => {
    expect(await fill(setup)).toBeUndefined();
    expect(await server.query('SELECT count(*)::int AS left FROM t WHERE a_new IS NULL')).toEqual([{ left: 0 }]);
  });

  it('what a trigger would write into the rows is named, and the way out that is told keeps it from that', async () => {
    const touch = 'NEW.touched := NEW.touched + 1; RETURN NEW;';
    const own = 'BEFORE UPDATE ON t FOR EACH ROW';
    const { steps } = planned('shadowColumn', triggered(`BEGIN ${touch} END`, own), CHANGE);
    const note = steps.flatMap(({ notes }) => notes).find((one) => one.includes('own (public.f)')) ?? '';
    const way = /begin with (IF .* END IF;)$/.exec(note)?.[1];
    await fill(triggered(`BEGIN ${touch} END`, own));
    expect(await server.query('SELECT DISTINCT touched FROM t')).toEqual([{ touched: 1 }]);
    await fill(triggered(`BEGIN ${String(way)} ${touch} END`, own));
    expect(planned('shadowColumn', triggered(`BEGIN ${String(way)} ${touch} END`, own), CHANGE).steps.flatMap(({ notes }) => notes).join()).not.toContain('own (public.f)');
    expect(await server.query('SELECT DISTINCT touched FROM t')).toEqual([{ touched: 0 }]);
    await server.exec('UPDATE t SET a = 7 WHERE id = 1; UPDATE t SET kept = 8 WHERE id = 2');
    expect(await server.query('SELECT id FROM t WHERE touched = 1 ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('where the history does not tell all of a table, its triggers are asked for', async () => {
    await clear(server);
    await server.exec(triggered('BEGIN RETURN NEW; END'));
    const { steps } = planned('requiredColumn', 'ALTER TABLE t ADD known int', 'ALTER TABLE t ADD b int NOT NULL');
    const asked = steps.flatMap(({ preconditions }) => preconditions).find(({ sql }) => sql.includes('pg_trigger'));
    expect(await server.query(asked?.sql ?? '')).toMatchObject([{ tgname: 'own' }]);
    await server.exec('ALTER TABLE t DISABLE TRIGGER own');
    expect(await server.query(asked?.sql ?? '')).toEqual([]);
  });
});

it('a plan whose batches a trigger would refuse is shown, and no file is written for it', async () => {
  const files = {
    'm/000001_base.up.sql': `${triggered(`BEGIN IF OLD.archived_at IS NOT NULL THEN RAISE EXCEPTION 'archived'; END IF; RETURN NEW; END`)}\n`,
    'm/000001_base.down.sql': 'DROP TABLE t;\nDROP FUNCTION f;\n',
    'm/000002_type.up.sql': `${CHANGE};\nALTER TABLE t ADD CONSTRAINT positive CHECK (kept > 0);\n`,
    'm/000002_type.down.sql': '',
  };
  const { sets, files: changes } = await planFor(await workshopOf(files, { sync: 'trigger' }), ({ rule }) => rule === 'no-column-type-rewrite' || rule === 'no-validating-check', new Set(['m/000002_type.up.sql']));
  const shown = sets.filter(({ set }) => typeof set === 'string');
  expect(shown.map(({ set }) => set)).toEqual([expect.stringContaining('let it pass over them first')]);
  expect(shown[0]?.proposals[0]?.plan.steps.length).toBeGreaterThan(3);
  expect(changes.map(({ text }) => text).join('\n')).toContain(CHANGE);
  expect(changes.map(({ text }) => text).join('\n')).toContain('NOT VALID');
});
