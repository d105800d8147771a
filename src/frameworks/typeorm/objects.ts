import type { Site } from '../../hosts/typescript/host.ts';
import type { ListValue, RecordValue, Value } from '../../hosts/typescript/value.ts';
import { builtin, list, record, UNDEFINED } from '../../hosts/typescript/value.ts';
import type { Span } from '../../source/text.ts';

/** Lists of a table's parts, and of what class they are. */
const PARTS: Readonly<Record<string, string>> = { columns: 'TableColumn', indices: 'TableIndex', foreignKeys: 'TableForeignKey', uniques: 'TableUnique', checks: 'TableCheck', exclusions: 'TableExclusion' };
const CLASSES = new Set(['Table', 'View', ...Object.values(PARTS)]);
/** Methods of a table that put a part into its list, or take it out. */
const ADDS: Readonly<Record<string, string>> = { addColumn: 'columns', addIndex: 'indices', addForeignKey: 'foreignKeys', addUniqueConstraint: 'uniques', addCheckConstraint: 'checks', addExclusionConstraint: 'exclusions' };
const TAKES: Readonly<Record<string, string>> = { removeColumn: 'columns', removeIndex: 'indices', removeForeignKey: 'foreignKeys', removeUniqueConstraint: 'uniques', removeCheckConstraint: 'checks', removeExclusionConstraint: 'exclusions' };

/** What `new Table({ … })` and the like give: an object of its own, which the program may copy and change; undefined for other classes, and for options that are not known. */
export function objectOf(path: string, [options]: readonly Value[], site: Site): RecordValue | undefined {
  const className = path.split('.').at(-1) ?? '';
  if (!CLASSES.has(className) || (options !== undefined && options.kind !== 'record' && options.kind !== 'undefined')) return undefined;
  return made(className, options?.kind === 'record' ? options : record(), site);
}

function made(className: string, options: RecordValue, site: Site, span: Span = site.call): RecordValue {
  const own: RecordValue = site.changes.made({ ...record([...options.entries].filter(([, value]) => value.kind !== 'function')), className, span, ...(options.partly === undefined ? {} : { partly: options.partly }) });
  const { entries } = own;
  const method = (name: string, call: (args: readonly Value[]) => Value): void => void entries.set(name, builtin(name, call));
  method('clone', () => made(className, own, site));
  if (className !== 'Table') return own;
  for (const [name, of] of Object.entries(PARTS)) entries.set(name, partsOf(options.entries.get(name), of, site));
  const held = (name: string): ListValue | undefined => {
    const value = entries.get(name);
    return value?.kind === 'list' ? value : undefined;
  };
  for (const [name, of] of Object.entries(ADDS)) {
    method(name, ([part]) => {
      const parts = held(of);
      if (part === undefined || parts === undefined) return UNDEFINED;
      site.changes.touch(parts);
      parts.items.push(part);
      return UNDEFINED;
    });
  }
  for (const [name, of] of Object.entries(TAKES)) {
    method(name, ([part]) => {
      const parts = held(of);
      const index = parts?.items.findIndex((item) => item === part || (item.kind === 'record' && part?.kind === 'record' && isNamed(item, part.entries.get('name')))) ?? -1;
      if (parts === undefined || index < 0) return UNDEFINED;
      site.changes.touch(parts);
      parts.items.splice(index, 1);
      return UNDEFINED;
    });
  }
  method('findColumnByName', ([name]) => held('columns')?.items.find((column) => column.kind === 'record' && isNamed(column, name)) ?? UNDEFINED);
  return own;
}

const isNamed = ({ entries }: RecordValue, name: Value | undefined): boolean => {
  const own = entries.get('name');
  return own?.kind === 'text' && name?.kind === 'text' && own.text === name.text;
};

/** A table has objects of its own, whatever it is made of. */
function partsOf(value: Value | undefined, className: string, site: Site): Value {
  if (value !== undefined && value.kind !== 'list' && value.kind !== 'undefined' && value.kind !== 'null') return value;
  const items = value?.kind === 'list' ? value.items : [];
  return site.changes.made(list(items.map((item) => (item.kind === 'record' ? made(className, item, site, item.span) : item))));
}
