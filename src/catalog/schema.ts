import type { ConstraintDefinition } from '../ir/constraints.ts';
import type { DataType, Expression, Query } from '../ir/expressions.ts';
import type { Operation } from '../ir/operation.ts';
import type { IndexKey } from '../ir/operations/indexes.ts';
import type { PartitionBound, PartitionKey } from '../ir/partitions.ts';

/** Identity that survives renames, like the server's OID. Never reused within a catalog. */
export type ObjectId = number;

/** Where in the history an object came to be. */
export interface Origin {
  /** Number of the script in replay order (a migration's up and down differ); -1 for what the history never created and is assumed to exist. */
  readonly migration: number;
  /** Transaction unit, null outside any. */
  readonly unit: string | null;
}

interface RelationBase {
  readonly id: ObjectId;
  readonly schema: string;
  readonly name: string;
  readonly origin: Origin;
  readonly comment?: string;
  /** The history has given privileges on it. */
  readonly granted?: true;
  /** Views and materialized views that read this relation directly. */
  readonly dependents: readonly ObjectId[];
}

/** Everything that shares the relation namespace. All states are immutable; the catalog swaps them. */
export type Relation = Table | View | MaterializedView | Index | Sequence | CompositeType;
export type RelationKind = Relation['kind'];

export interface Table extends RelationBase {
  readonly kind: 'table';
  /** False: predates the history (or was made by something unread), so columns and constraints may be missing here. */
  readonly complete: boolean;
  /** A table was changed, or dropped, whose name only running tells: perhaps this one. */
  readonly doubtful?: true;
  /** Only ever mentioned where it may as well not be there: with IF EXISTS, under a condition. */
  readonly perhaps?: true;
  readonly persistence: 'permanent' | 'unlogged' | 'temporary';
  readonly foreign: boolean;
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly triggers: readonly Trigger[];
  readonly rules: readonly { readonly name: string; readonly event: 'select' | 'insert' | 'update' | 'delete'; readonly instead: boolean; readonly actions?: readonly Query[] }[];
  readonly policies: readonly Policy[];
  readonly rowSecurity: { readonly enabled: boolean; readonly forced: boolean };
  readonly indexes: readonly ObjectId[];
  readonly partitionBy?: PartitionKey;
  readonly partitionOf?: { readonly parent: ObjectId; readonly bound: PartitionBound };
  readonly inherits: readonly ObjectId[];
  /** Partitions and inheritance children, direct ones. */
  readonly children: readonly ObjectId[];
  /** Tables with a foreign key to this one (this one included when self-referencing), each once. */
  readonly referencedBy: readonly ObjectId[];
  readonly ofType?: ObjectId;
  readonly options: Readonly<Record<string, string>>;
  readonly replicaIdentity: 'default' | 'full' | 'nothing' | 'index';
  /** The role that the history gave it to. */
  readonly owner?: string;
  /** What of GRANT and REVOKE the history left standing, in order; nobody knows what was given outside of it. */
  readonly privileges?: readonly Privilege[];
  /** The publications that the history put it into by name. */
  readonly publications?: readonly Publication[];
  readonly accessMethod?: string;
  readonly tablespace?: string;
  /** True from creation until something in the history may have put rows into it. */
  readonly empty: boolean;
  /**
   * True as long as the history leaves it without rows when it is run on an empty database. Other than for `empty`, rows copied
   * from tables that have none do not count.
   */
  readonly barren?: boolean;
  /** All rows that were put into it stand in the text, or are as many as a LIMIT says. */
  readonly few?: true;
  /** The literals of each row, where all rows were inserted one by one with VALUES. */
  readonly seeds?: readonly (readonly string[])[];
}

export interface Privilege {
  readonly privilege: string;
  readonly column?: string;
  readonly grantee: string;
  readonly grantable?: true;
  /** Taken out of ALL, which stands before it. */
  readonly revoked?: true;
}

export interface Publication {
  readonly name: string;
  /** Some of its rows or columns only. */
  readonly partly?: true;
  /** New rows only. */
  readonly insertsOnly?: true;
}

export interface Column {
  readonly name: string;
  readonly type: DataType;
  /** Set when the type is a user type of the catalog. */
  readonly typeId?: ObjectId;
  readonly notNull: boolean;
  readonly default?: Expression;
  /** The user type that the default is still of: the column had it when the default was set, and its values are converted since. */
  readonly defaultTypeId?: ObjectId;
  readonly identity?: 'always' | 'byDefault';
  readonly generated?: { readonly expression: Expression; readonly stored: boolean };
  readonly collation?: string;
  /** Sequence behind serial or identity. */
  readonly sequence?: ObjectId;
  readonly comment?: string;
  /** The history, run on an empty database, may have given it a value in some row; absent: it is NULL wherever the history put rows. */
  readonly given?: boolean;
  /** Present only through inheritance or partitioning, not declared here. */
  readonly inherited?: boolean;
  /** The migration that added it. */
  readonly origin: Origin;
}

/** A constraint with the name the server gave it. Local foreign-key targets are resolved. */
export interface Constraint {
  readonly name: string;
  readonly definition: ConstraintDefinition;
  readonly valid: boolean;
  readonly enforced: boolean;
  /** Backing index of primary key, unique and exclusion constraints. */
  readonly index?: ObjectId;
  /** Referenced table of a foreign key. */
  readonly references?: ObjectId;
  readonly inherited?: boolean;
  /** One of the table's constraints was dropped whose name only running tells: perhaps this one. */
  readonly doubtful?: true;
  readonly comment?: string;
  readonly origin: Origin;
}

export interface Trigger {
  readonly name: string;
  readonly comment?: string;
  /** The columns of UPDATE OF. */
  readonly columns?: readonly string[];
  /** Cloned from the partitioned parent. */
  readonly inherited?: boolean;
  readonly timing: 'before' | 'after' | 'insteadOf';
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  readonly function: { readonly schema?: string; readonly name: string };
  readonly forEachRow: boolean;
  readonly enabled: boolean;
  /** WHEN clause, columns and the like, as text for comparison. */
  readonly text: string;
}

export interface Policy {
  readonly name: string;
  readonly command: 'all' | 'select' | 'insert' | 'update' | 'delete';
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using?: Expression;
  readonly check?: Expression;
  readonly comment?: string;
}

export interface Index extends RelationBase {
  readonly kind: 'index';
  readonly table: ObjectId;
  readonly unique: boolean;
  readonly method: string;
  readonly keys: readonly IndexKey[];
  readonly include: readonly string[];
  /** What the index itself still calls columns that were renamed since, by their present name; new names are made of it. */
  readonly formerNames?: Readonly<Record<string, string>>;
  readonly where?: Expression;
  readonly nullsNotDistinct: boolean;
  /** False after ON ONLY a partitioned parent, until every partition is attached. */
  readonly valid: boolean;
  /** Name of the constraint that owns it. */
  readonly constraint?: string;
  /** Index of the parent table that this one is attached to. */
  readonly parent?: ObjectId;
  readonly children: readonly ObjectId[];
  readonly complete: boolean;
  /** An index was dropped whose name only running tells: perhaps this one. */
  readonly doubtful?: true;
}

export interface View extends RelationBase {
  readonly kind: 'view';
  readonly complete: boolean;
  readonly temporary: boolean;
  readonly columns: readonly (string | undefined)[];
  /** Types of the columns, as far as they are plain. */
  readonly types?: readonly (DataType | undefined)[];
  readonly query?: Query;
  /** Relations it reads directly. */
  readonly reads: readonly ObjectId[];
  readonly uses: readonly ColumnUse[];
  readonly triggers: readonly Trigger[];
  readonly rules: Table['rules'];
  readonly options: Readonly<Record<string, string>>;
}

export interface MaterializedView extends RelationBase {
  readonly kind: 'materializedView';
  readonly complete: boolean;
  readonly columns: readonly (string | undefined)[];
  readonly query?: Query;
  readonly reads: readonly ObjectId[];
  readonly uses: readonly ColumnUse[];
  readonly indexes: readonly ObjectId[];
  readonly populated: boolean;
}

/** A column that a view has read since it was made, by its present name. */
export interface ColumnUse {
  readonly table: ObjectId;
  /** Undefined: a star may have taken columns of the table that the history does not know. */
  readonly column: string | undefined;
  /** Its text leaves no doubt. */
  readonly sure: boolean;
}

export interface Sequence extends RelationBase {
  readonly kind: 'sequence';
  readonly complete: boolean;
  readonly temporary: boolean;
  readonly type?: DataType;
  readonly ownedBy?: { readonly table: ObjectId; readonly column: string };
}

/** Free-standing composite type; it has an entry in the relation namespace. */
export interface CompositeType extends RelationBase {
  readonly kind: 'compositeType';
  readonly complete: boolean;
  readonly attributes: readonly { readonly name: string; readonly type: DataType }[];
}

export type UserType = EnumType | DomainType | OtherType;

interface TypeBase {
  readonly id: ObjectId;
  readonly schema: string;
  readonly name: string;
  readonly origin: Origin;
  readonly comment?: string;
}
export interface EnumType extends TypeBase {
  readonly kind: 'enum';
  readonly complete: boolean;
  readonly values: readonly { readonly value: string; readonly origin: Origin }[];
}
export interface DomainType extends TypeBase {
  readonly kind: 'domain';
  readonly complete: boolean;
  readonly type: DataType;
  readonly notNull: boolean;
  readonly default?: Expression;
  readonly checks: readonly { readonly name: string; readonly expression: Expression; readonly valid: boolean }[];
}
/** Range, base and shell types, and types that the history uses but never made. */
export interface OtherType extends TypeBase {
  readonly kind: 'other';
}

export interface Routine {
  readonly id: ObjectId;
  readonly schema: string;
  readonly name: string;
  readonly variety: 'function' | 'procedure';
  readonly parameters: readonly DataType[];
  readonly parameterNames?: readonly (string | undefined)[];
  readonly parameterDefaults?: readonly (string | number | boolean | null | undefined)[];
  readonly optional?: number;
  readonly returns?: DataType;
  readonly returnsSet?: true;
  readonly returnsTrigger: boolean;
  readonly language: string;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly securityDefiner: boolean;
  readonly settings: readonly string[];
  readonly body: readonly Operation[];
  readonly bodyText?: string;
  readonly origin: Origin;
  readonly comment?: string;
}

export interface Extension {
  readonly name: string;
  readonly schema?: string;
}
