/** What tools and people call an engine, as Lockkeeper names it. */
const NAMES: Readonly<Record<string, string>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  pg: 'postgres',
  pgsql: 'postgres',
  psql: 'postgres',
  aurorapostgres: 'postgres',
  timescale: 'postgres',
  timescaledb: 'postgres',
  cockroach: 'cockroachdb',
  cockroachdb: 'cockroachdb',
  crdb: 'cockroachdb',
  mysql: 'mysql',
  mysql2: 'mysql',
  mysql8: 'mysql',
  auroramysql: 'mysql',
  singlestore: 'mysql',
  mariadb: 'mariadb',
  sqlite: 'sqlite',
  sqlite3: 'sqlite',
  bettersqlite3: 'sqlite',
  sqljs: 'sqlite',
  libsql: 'sqlite',
  turso: 'sqlite',
  d1: 'sqlite',
  clickhouse: 'clickhouse',
  mssql: 'sqlserver',
  sqlserver: 'sqlserver',
  oracle: 'oracle',
  h2: 'h2',
  hsqldb: 'hsqldb',
  db2: 'db2',
  firebird: 'firebird',
  snowflake: 'snowflake',
  redshift: 'redshift',
  bigquery: 'bigquery',
  duckdb: 'duckdb',
  cassandra: 'cassandra',
  scylla: 'cassandra',
  spanner: 'spanner',
  vertica: 'vertica',
  exasol: 'exasol',
};

export const dialectNamed = (name: string | undefined): string | undefined => (name === undefined ? undefined : NAMES[name.toLowerCase().replace(/[-_]/g, '')]);

/** Whether a name that somebody calls an engine by means this one; undefined: it means none that is known. */
export function isDialect(dialect: string, name: string): boolean | undefined {
  const named = dialectNamed(name);
  return named === undefined ? undefined : named === dialect;
}
