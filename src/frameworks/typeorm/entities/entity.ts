import type { RecordValue, Value } from '../../../hosts/typescript/value.ts';
import type { TablePath } from '../model.ts';

/** A class whose rows are those of a table, as the code of the day has it. */
export interface Entity {
  readonly name: string;
  readonly table: TablePath;
  /** In the library's order. */
  readonly columns: readonly EntityColumn[];
  readonly relations: readonly Relation[];
  /** It shares its table with other classes, which a column tells apart. */
  readonly kind?: { readonly column: string; readonly isChild: boolean };
}

export interface EntityColumn {
  /** Names that lead to its value in a row, as `address`, `city`. */
  readonly path: readonly string[];
  readonly column: string;
  readonly type: string;
  readonly primary: boolean;
  /** `increment`, `uuid`, … */
  readonly generated?: string;
  readonly role?: 'created' | 'updated' | 'deleted' | 'version';
  /** The server may fill it, so that a new row asks for it. */
  readonly returned: boolean;
  readonly insert: boolean;
  readonly update: boolean;
  /** It says which class the row is of. */
  readonly kind?: Value;
  /** Of a relation: the path in the other entity's row that its value is. */
  readonly reference?: readonly string[];
  /** A relation whose key is kept in this column as well. */
  readonly through?: { readonly path: readonly string[]; readonly reference: readonly string[] };
}

export interface Relation {
  readonly property: string;
  /** Its key is a column of this table. */
  readonly owned: boolean;
  /** Rows of the other table are saved with those of this one. */
  readonly cascades: boolean;
}

export const keysOf = ({ columns }: Entity): readonly EntityColumn[] => columns.filter(({ primary }) => primary);
export const columnWith = ({ columns }: Entity, role: NonNullable<EntityColumn['role']>): EntityColumn | undefined => columns.find((column) => column.role === role);

/** The value of a column in a row of the program; undefined where the row does not tell. */
export function valueIn(row: RecordValue, { path, reference, through }: EntityColumn): Value | undefined {
  const related = through === undefined ? undefined : at(row, through.path);
  if (through !== undefined && related?.kind === 'record') return at(related, through.reference);
  const own = at(row, path);
  return reference !== undefined && own?.kind === 'record' ? at(own, reference) : own;
}

function at(row: RecordValue, path: readonly string[]): Value | undefined {
  let value: Value | undefined = row;
  for (const name of path) value = value?.kind === 'record' ? (value.entries.get(name) ?? value.partly) : value?.kind === 'unknown' ? value : undefined;
  return value;
}
