/** Random statements over a handful of names, so that they meet each other often. The same seed gives the same statements. */
export function randomDdl(seed: number): () => string {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const pick: Pick = (list) => {
    const item = list[Math.floor(random() * list.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const maybe = (text: string, chance = 0.5): string => (random() < chance ? text : '');
  const columns = (count: number): string => {
    const chosen = new Set<string>();
    while (chosen.size < count) chosen.add(pick(COLUMNS));
    return [...chosen].join(', ');
  };
  const parts: Parts = { pick, maybe, columns };
  const total = STATEMENTS.reduce((sum, [weight]) => sum + weight, 0);
  return () => {
    let at = random() * total;
    for (const [weight, make] of STATEMENTS) {
      at -= weight;
      if (at < 0) return make(parts);
    }
    return 'SELECT 1';
  };
}

/** What the random statements take for granted. */
export const RANDOM_DDL_START = `
  CREATE SCHEMA other;
  CREATE TYPE mood AS ENUM ('x', 'y');
  CREATE DOMAIN positive AS int CHECK (value > 0);
  CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;`;

type Pick = <Item>(list: readonly Item[]) => Item;
interface Parts {
  readonly pick: Pick;
  readonly maybe: (text: string, chance?: number) => string;
  /** That many different columns, joined. */
  readonly columns: (count: number) => string;
}

const TABLES = ['t1', 't2', 't3', 't4', 'p', 'q', '"Odd T"'];
const PARTITIONED = ['p', 'q'];
const COLUMNS = ['a', 'b', 'c', 'd', 'e'];
const TYPES = ['int', 'text', 'bigint', 'varchar(10)', 'numeric(6, 2)', 'timestamptz', 'int[]', 'mood', 'positive', 'serial'];
const INDEXES = ['i1', 'i2', 'i3', 't1_a_idx', 'p_a_idx', 't1_pkey', 'p_pkey'];
const CONSTRAINTS = ['k1', 'k2', 'k3', 't1_pkey', 'p_pkey', 't1_a_check', 'p_b_check', 't2_a_key'];
const VIEWS = ['v1', 'v2', 'm1'];

const table = ({ pick, maybe }: Parts): string => `${maybe('ONLY ', 0.05)}${pick(TABLES)}`;

const column = ({ pick, maybe }: Parts, name: string): string =>
  `${name} ${pick(TYPES)}${maybe(' NOT NULL', 0.2)}${maybe(` CHECK (${name} IS NOT NULL)`, 0.12)}${maybe(' UNIQUE', 0.1)}${maybe(` REFERENCES ${pick(TABLES)}`, 0.1)}`;

const constraint = ({ pick, columns }: Parts): string =>
  pick([
    `PRIMARY KEY (${columns(1)})`,
    `PRIMARY KEY (${columns(2)})`,
    `UNIQUE (${columns(1)})`,
    `UNIQUE (${columns(2)})`,
    `CHECK (${pick(COLUMNS)} IS NOT NULL)`,
    `CHECK (${pick(COLUMNS)} IS NOT NULL OR ${pick(COLUMNS)} IS NULL)`,
    `CONSTRAINT ${pick(CONSTRAINTS)} CHECK (${pick(COLUMNS)} IS NULL)`,
    `CONSTRAINT ${pick(CONSTRAINTS)} UNIQUE (${pick(COLUMNS)})`,
    `FOREIGN KEY (${pick(COLUMNS)}) REFERENCES ${pick(TABLES)} (${pick(COLUMNS)})`,
  ]);

/** How often, and what. Many of them the server refuses; those have no effect. */
const STATEMENTS: readonly (readonly [number, (parts: Parts) => string])[] = [
  [12, (p) => `CREATE TABLE ${p.maybe('IF NOT EXISTS ', 0.2)}${p.pick(TABLES)} (${p.columns(3).split(', ').map((name) => column(p, name)).join(', ')}${p.maybe(`, ${constraint(p)}`)}${p.maybe(`, ${constraint(p)}`)})${p.maybe(` INHERITS (${p.pick(TABLES)})`, 0.15)}`],
  [5, (p) => `CREATE TABLE ${p.pick(PARTITIONED)} (a int, b int, c text DEFAULT 'x'${p.maybe(', PRIMARY KEY (a)', 0.4)}${p.maybe(', CHECK (b > 0)', 0.3)}${p.maybe(', UNIQUE (a, b)', 0.3)}) PARTITION BY LIST (a)`],
  [8, (p) => `CREATE TABLE ${p.pick(TABLES)} PARTITION OF ${p.pick(PARTITIONED)} ${p.pick(['DEFAULT', 'FOR VALUES IN (1)', 'FOR VALUES IN (2)'])}${p.maybe(' PARTITION BY LIST (a)', 0.1)}`],
  [4, (p) => `ALTER TABLE ${p.pick(PARTITIONED)} ATTACH PARTITION ${p.pick(TABLES)} FOR VALUES IN (${p.pick(['4', '5'])})`],
  [4, (p) => `ALTER TABLE ${p.pick(PARTITIONED)} DETACH PARTITION ${p.pick(TABLES)}`],
  [3, (p) => `CREATE TABLE ${p.pick(TABLES)} (LIKE ${p.pick(TABLES)}${p.maybe(' INCLUDING ALL', 0.6)})`],
  [3, (p) => `CREATE TABLE ${p.pick(TABLES)} AS SELECT * FROM ${p.pick(TABLES)}`],
  [4, (p) => `DROP TABLE ${p.maybe('IF EXISTS ')}${p.pick(TABLES)}${p.maybe(' CASCADE')}`],
  [3, (p) => `ALTER TABLE ${p.pick(TABLES)} RENAME TO ${p.pick(TABLES)}`],
  [9, (p) => `ALTER TABLE ${table(p)} ADD COLUMN ${p.maybe('IF NOT EXISTS ', 0.2)}${column(p, p.pick(COLUMNS))}`],
  [6, (p) => `ALTER TABLE ${table(p)} DROP COLUMN ${p.maybe('IF EXISTS ', 0.2)}${p.pick(COLUMNS)}${p.maybe(' CASCADE')}`],
  [5, (p) => `ALTER TABLE ${p.pick(TABLES)} RENAME COLUMN ${p.pick(COLUMNS)} TO ${p.pick(COLUMNS)}`],
  [4, (p) => `ALTER TABLE ${p.pick(TABLES)} ALTER ${p.pick(COLUMNS)} TYPE ${p.pick(TYPES)} USING NULL`],
  [5, (p) => `ALTER TABLE ${p.pick(TABLES)} ALTER ${p.pick(COLUMNS)} ${p.pick(['SET NOT NULL', 'DROP NOT NULL', 'DROP DEFAULT', "SET DEFAULT '1'", 'ADD GENERATED ALWAYS AS IDENTITY', 'DROP IDENTITY IF EXISTS'])}`],
  [9, (p) => `ALTER TABLE ${table(p)} ADD ${constraint(p)}`],
  [4, (p) => `ALTER TABLE ${table(p)} DROP CONSTRAINT ${p.maybe('IF EXISTS ')}${p.pick(CONSTRAINTS)}${p.maybe(' CASCADE')}`],
  [3, (p) => `ALTER TABLE ${p.pick(TABLES)} RENAME CONSTRAINT ${p.pick(CONSTRAINTS)} TO ${p.pick(CONSTRAINTS)}`],
  [2, (p) => `ALTER TABLE ${p.pick(TABLES)} ADD CONSTRAINT ${p.pick(CONSTRAINTS)} UNIQUE USING INDEX ${p.pick(INDEXES)}`],
  [10, (p) => `CREATE ${p.maybe('UNIQUE ', 0.4)}INDEX ${p.maybe(`${p.maybe('IF NOT EXISTS ', 0.2)}${p.pick(INDEXES)} `)}ON ${table(p)} (${p.pick([p.columns(1), p.columns(2), `(${p.pick(COLUMNS)} IS NULL)`, `lower(${p.pick(COLUMNS)}::text)`])})${p.maybe(` WHERE ${p.pick(COLUMNS)} IS NOT NULL`, 0.2)}`],
  [3, (p) => `DROP INDEX ${p.maybe('IF EXISTS ')}${p.pick(INDEXES)}${p.maybe(' CASCADE')}`],
  [3, (p) => `ALTER INDEX ${p.pick(INDEXES)} RENAME TO ${p.pick(INDEXES)}`],
  [2, (p) => `ALTER INDEX ${p.pick(INDEXES)} ATTACH PARTITION ${p.pick(INDEXES)}`],
  [3, (p) => `CREATE ${p.maybe('OR REPLACE ', 0.3)}VIEW ${p.pick(VIEWS)} AS SELECT ${p.pick([p.columns(1), p.columns(2), '*'])} FROM ${p.pick([...TABLES, ...VIEWS])}`],
  [2, (p) => `CREATE MATERIALIZED VIEW ${p.pick(VIEWS)} AS SELECT ${p.columns(2)} FROM ${p.pick(TABLES)}`],
  [2, (p) => `DROP ${p.maybe('MATERIALIZED ')}VIEW ${p.pick(VIEWS)}${p.maybe(' CASCADE')}`],
  [2, (p) => `CREATE SEQUENCE s${p.maybe(` OWNED BY ${p.pick(TABLES)}.${p.pick(COLUMNS)}`)}`],
  [2, (p) => `ALTER SEQUENCE s OWNED BY ${p.pick(['NONE', `${p.pick(TABLES)}.${p.pick(COLUMNS)}`])}`],
  [1, (p) => `DROP SEQUENCE ${p.pick(['s', 't1_a_seq'])}${p.maybe(' CASCADE')}`],
  [2, (p) => `ALTER TABLE ${p.pick(TABLES)} SET SCHEMA ${p.pick(['other', 'public'])}`],
  [1, () => 'DROP SCHEMA other CASCADE'],
  [1, () => 'CREATE SCHEMA other'],
  [1, (p) => `SET search_path = ${p.pick(['public', 'other, public', 'public, other'])}`],
  [1, (p) => p.pick(['DROP TYPE mood CASCADE', 'DROP DOMAIN positive CASCADE', "ALTER TYPE mood ADD VALUE 'z' BEFORE 'y'", 'ALTER TYPE mood RENAME TO humour', 'ALTER TYPE humour RENAME TO mood'])],
  [4, (p) => `ALTER TABLE ${p.pick(TABLES)} ${p.maybe('NO ')}INHERIT ${p.pick(TABLES)}`],
  [2, (p) => `CREATE TRIGGER ${p.pick(['g1', 'g2'])} BEFORE INSERT ON ${p.pick(TABLES)} FOR EACH ROW EXECUTE FUNCTION f()`],
  [2, (p) => p.pick([`DROP TRIGGER g1 ON ${p.pick(TABLES)}`, `ALTER TABLE ${p.pick(TABLES)} DISABLE TRIGGER ALL`])],
];
