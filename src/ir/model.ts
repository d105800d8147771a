import type { ObjectName } from './names.ts';

/** What a project says about its tables elsewhere than in the migrations: the models of its code, or the schema that a tool has on record. */
export interface DataModel {
  /** Where it is written, relative to the root. */
  readonly path: string;
  /** By `table`, or `schema.table` where it names the schema. */
  readonly tables: ReadonlyMap<string, ModelTable>;
}

export interface ModelTable {
  /** As the code calls it: `User`. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, ModelColumn>;
}

export interface ModelColumn {
  /** As the code calls it: `User.fullName`. */
  readonly name: string;
  readonly notNull: boolean;
  /** The mark by which the client, and not the database, gives it a value: `@updatedAt`. */
  readonly byClient?: string;
}

export const modelTable = (model: DataModel | undefined, { schema, name }: ObjectName): ModelTable | undefined =>
  model?.tables.get(`${schema ?? 'public'}.${name}`) ?? (schema === undefined || schema === 'public' ? model?.tables.get(name) : undefined);
