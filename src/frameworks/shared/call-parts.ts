import type { ReferentialAction } from '../../ir/constraints.ts';
import type { DataType } from '../../ir/expressions.ts';
import type { ObjectName } from '../../ir/names.ts';

/** Names that people write. */
const SHORT: Readonly<Record<string, string>> = { 'character varying': 'varchar', 'timestamp with time zone': 'timestamptz', 'timestamp without time zone': 'timestamp', 'time without time zone': 'time', 'time with time zone': 'timetz', character: 'char' };

/** A type as SQL has it, in few words. */
export const typeWord = ({ schema, name, modifiers, dimensions }: DataType): string =>
  `${schema === undefined ? '' : `${schema}.`}${SHORT[name] ?? name}${modifiers.length === 0 ? '' : `(${modifiers.join(', ')})`}${'[]'.repeat(dimensions)}`;

/** As builders are told it; undefined for what is so without being told. */
export const actionWord = (told: ReferentialAction): string | undefined => ({ noAction: undefined, restrict: 'RESTRICT', cascade: 'CASCADE', setNull: 'SET NULL', setDefault: 'SET DEFAULT' })[told];

/** In the schema that everything is in by default. */
export const isPlain = ({ schema }: ObjectName): boolean => schema === undefined || schema === 'public';
