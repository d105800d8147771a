import type { SchemaDifference, SchemaSnapshot } from '../schema-snapshot.ts';
import { COLUMN_ORDER } from '../schema-snapshot.ts';

/** `index public.users_email_idx is missing`. */
export function differenceText({ difference, object, detail }: SchemaDifference): string {
  if (difference === 'changed') return `${object} has changed (${detail ?? ''})`;
  return `${object} ${difference === 'missing' ? 'is missing' : 'is still there'}`;
}

/** Nothing but the order of columns, which no DDL can bring back. */
export const isOrderOnly = ({ facets }: SchemaDifference): boolean => facets.length > 0 && facets.every((facet) => facet === COLUMN_ORDER);

/** The statement that would have undone the difference, where it is a short one. */
export function undo({ difference, object, facets }: SchemaDifference, before: SchemaSnapshot): string | undefined {
  const [kind = '', name = ''] = split(object);
  const then = before.get(object);
  const definition = then?.get('definition')?.replace(/;\s*$/, '');
  const table = (object_: string | undefined): string => object_?.replace(/^(?:materialized view|foreign table|\w+) /, '') ?? '';
  if (difference === 'missing') {
    if (kind === 'column' && then?.get('of')?.startsWith('table ') === true) {
      const [type, value] = [then.get('type') ?? '', then.get('default')];
      return `ALTER TABLE ${owner(name)} ADD COLUMN ${last(name)} ${type}${value === undefined ? '' : ` DEFAULT ${value}`}${then.has('not null') ? ' NOT NULL' : ''};`;
    }
    if (definition === undefined) return undefined;
    if (kind === 'constraint') return `ALTER TABLE ${table(then?.get('of'))} ADD CONSTRAINT ${last(name)} ${definition};`;
    if (kind === 'view' || kind === 'materialized view') return `CREATE ${kind.toUpperCase()} ${name} AS ${definition.trim()};`;
    return ['index', 'trigger', 'rule', 'function', 'statistics'].includes(kind) ? `${definition.trim()};` : undefined;
  }
  if (difference === 'extra') {
    const dropped = DROPS[kind];
    if (kind === 'column') return `ALTER TABLE ${owner(name)} DROP COLUMN ${last(name)};`;
    if (kind === 'constraint') return `ALTER TABLE ${owner(name)} DROP CONSTRAINT ${last(name)};`;
    if (kind === 'trigger' || kind === 'policy' || kind === 'rule') return `DROP ${kind.toUpperCase()} ${last(name)} ON ${owner(name)};`;
    return dropped === undefined ? undefined : `DROP ${dropped} ${name};`;
  }
  if (kind !== 'column' || facets.length !== 1 || then?.get('of')?.startsWith('table ') !== true) return undefined;
  const alter = `ALTER TABLE ${owner(name)} ALTER COLUMN ${last(name)}`;
  const value = then.get(facets[0] ?? '');
  if (facets[0] === 'default') return value === undefined ? `${alter} DROP DEFAULT;` : `${alter} SET DEFAULT ${value};`;
  if (facets[0] === 'not null') return `${alter} ${value === undefined ? 'DROP' : 'SET'} NOT NULL;`;
  return facets[0] === 'type' && value !== undefined ? `${alter} TYPE ${value};` : undefined;
}

const DROPS: Readonly<Record<string, string>> = {
  table: 'TABLE',
  index: 'INDEX',
  view: 'VIEW',
  'materialized view': 'MATERIALIZED VIEW',
  sequence: 'SEQUENCE',
  type: 'TYPE',
  function: 'FUNCTION',
  schema: 'SCHEMA',
  extension: 'EXTENSION',
  statistics: 'STATISTICS',
  publication: 'PUBLICATION',
};

const KIND = /^(materialized view|foreign table|event trigger|foreign server|\w+) (.*)$/s;

const split = (object: string): readonly string[] => KIND.exec(object)?.slice(1) ?? [];

/** Names are quoted where they need it, so that a dot outside quotes separates. */
const parts = (name: string): readonly string[] => name.match(/"(?:[^"]|"")*"|[^.]+/g) ?? [];
const last = (name: string): string => parts(name).at(-1) ?? name;
const owner = (name: string): string => parts(name).slice(0, -1).join('.');
