import type { FileTree, Framework } from './framework.ts';
import atlas from './atlas/index.ts';
import dbMigrate from './db-migrate/index.ts';
import dbmate from './dbmate/index.ts';
import diesel from './diesel/index.ts';
import drizzle from './drizzle/index.ts';
import evolve from './evolve/index.ts';
import flyway from './flyway/index.ts';
import golangMigrate from './golang-migrate/index.ts';
import goose from './goose/index.ts';
import graphileMigrate from './graphile-migrate/index.ts';
import hasura from './hasura/index.ts';
import knex from './knex/index.ts';
import kysely from './kysely/index.ts';
import liquibase from './liquibase/index.ts';
import markers from './markers/index.ts';
import mikroOrm from './mikro-orm/index.ts';
import nodePgMigrate from './node-pg-migrate/index.ts';
import pairs from './pairs/index.ts';
import pop from './pop/index.ts';
import postgrator from './postgrator/index.ts';
import prisma from './prisma/index.ts';
import refinery from './refinery/index.ts';
import sequelize from './sequelize/index.ts';
import sql from './sql/index.ts';
import sqitch from './sqitch/index.ts';
import sqlMigrate from './sql-migrate/index.ts';
import sqlx from './sqlx/index.ts';
import supabase from './supabase/index.ts';
import tern from './tern/index.ts';
import typeorm from './typeorm/index.ts';
import yoyo from './yoyo/index.ts';

/** Every tool that can be recognised, by name. */
export const frameworks: readonly Framework[] = [
  atlas,
  dbMigrate,
  dbmate,
  diesel,
  drizzle,
  evolve,
  flyway,
  golangMigrate,
  goose,
  graphileMigrate,
  hasura,
  knex,
  kysely,
  liquibase,
  markers,
  mikroOrm,
  nodePgMigrate,
  pairs,
  pop,
  postgrator,
  prisma,
  refinery,
  sequelize,
  sql,
  sqitch,
  sqlMigrate,
  sqlx,
  supabase,
  tern,
  typeorm,
  yoyo,
];

/** From this score on a folder is a migration folder wherever it lies and whatever its name. */
export const CERTAIN = 50;

export const frameworkNamed = (name: string): Framework | undefined => frameworks.find((framework) => framework.name === name.toLowerCase());

export interface Recognised {
  readonly framework: Framework;
  readonly score: number;
}

/** The tool that is surest of a folder; undefined when it is nobody's. */
export function recognise(folder: string, tree: FileTree): Recognised | undefined {
  let best: Recognised | undefined;
  for (const framework of frameworks) {
    const score = framework.recognise(folder, tree);
    if (score > (best?.score ?? 0)) best = { framework, score };
  }
  return best;
}
