import type { DataType } from '../ir/expressions.ts';
import type { ObjectName, QualifiedName } from '../ir/names.ts';
import type { Column, Constraint, EnumType, DomainType, Extension, Index, MaterializedView, ObjectId, Relation, Routine, Table, UserType } from './schema.ts';

/**
 * The schema at one moment of the replay, read-only. It is live: the view given to a rule or to an effect handler
 * is valid during that call only.
 *
 * What the history never created is unknown, not absent: a lookup that finds nothing returns undefined, and that is
 * no proof that the server has nothing of that name.
 */
export interface CatalogView {
  /** Schemas searched for unqualified names. */
  readonly searchPath: readonly string[];
  /** Where temporary relations are, which only the session that makes them sees. */
  readonly temporarySchema: string;
  /** Where a new object of that name goes. */
  creationName(name: ObjectName): QualifiedName;
  readonly settings: ReadonlyMap<string, Setting>;
  /** What the session before this one had set at its end. */
  readonly left: ReadonlyMap<string, Setting>;

  /** Where the server would find (or, failing that, expect) the object. Never fails. */
  resolve(name: ObjectName): QualifiedName;
  relation(name: ObjectName): Relation | undefined;
  byId(id: ObjectId): Relation | undefined;
  /** The history itself has dropped or renamed it and nothing read since can have brought it back: it is absent, not unknown. */
  isGone(name: ObjectName, of?: 'relation' | 'type' | 'routine'): boolean;
  isSchemaGone(name: string): boolean;
  /** The relation if it is a table (foreign and partitioned tables included). */
  table(name: ObjectName): Table | undefined;
  index(name: ObjectName): Index | undefined;
  column(table: Table | undefined, name: string): Column | undefined;
  /** Whether the history says that a column holds no NULL, also one that it says nothing else of; false when it does not say. */
  isNotNull(table: Table | undefined, column: string): boolean;
  constraint(table: Table | undefined, name: string): Constraint | undefined;
  indexesOf(relation: Table | MaterializedView): readonly Index[];
  /** Foreign keys that point to the table. */
  referencing(table: Table): readonly { readonly table: Table; readonly constraint: Constraint }[];
  /** Partitions and inheritance children, all levels, nearest first. */
  descendants(table: Table): readonly Table[];
  /** Parents by partitioning or inheritance, all levels, nearest first. */
  ancestors(table: Table): readonly Table[];
  /** Views and materialized views over the relation, all levels. */
  dependentViews(relation: Relation): readonly Relation[];

  type(name: ObjectName): UserType | undefined;
  typeById(id: ObjectId): UserType | undefined;
  enumOf(type: DataType): EnumType | undefined;
  domainOf(type: DataType): DomainType | undefined;
  /** Columns of known tables whose type is the given user type. */
  columnsOfType(type: UserType): readonly { readonly table: Table; readonly column: Column }[];
  /** Routines of that name; several when overloaded. */
  routines(name: ObjectName): readonly Routine[];
  extension(name: string): Extension | undefined;
  hasSchema(name: string): boolean;
  /** All relations of the moment; linear, so not for use per operation. */
  relations(): Iterable<Relation>;
  /** All user types of the moment; linear as well. */
  types(): Iterable<UserType>;
  extensions(): Iterable<Extension>;
  /** The last ADD COLUMN did nothing, and so do the constraints written on its column. */
  readonly skippedColumn: boolean;
  /** True when something opaque may have changed the named relation since it was created. */
  readonly opaqueCount: number;
}

export interface Setting {
  /** Undefined: reset to the server's default. */
  readonly value: string | undefined;
  /** Set with SET LOCAL. */
  readonly local: boolean;
}
