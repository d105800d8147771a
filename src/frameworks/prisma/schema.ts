import type { DataModel, ModelColumn, ModelTable } from '../../ir/model.ts';
import type { FileTree } from '../framework.ts';
import { filesBelow, join, parentOf } from '../shared/paths.ts';

const FILES = 300;

/** What `schema.prisma`, or the several files of a schema, say beside the migrations; undefined where there are none. */
export function readModel(folder: string, tree: FileTree): DataModel | undefined {
  const parent = parentOf(folder) ?? folder;
  const files = filesBelow(tree, parent, 3).filter((name) => name.endsWith('.prisma')).slice(0, FILES);
  if (files.length === 0) return undefined;
  return { path: files.length === 1 ? join(parent, files[0] ?? '') : 'the Prisma schema', tables: tablesIn(files.map((name) => tree.read(join(parent, name)) ?? '').join('\n')) };
}

/** Models by the names of their tables. Lines that are no field are passed over. */
export function tablesIn(schema: string): ReadonlyMap<string, ModelTable> {
  const tables = new Map<string, ModelTable>();
  const lines = schema.split(/\r?\n/).map(withoutComment);
  const models = new Set(lines.flatMap((line) => MODEL.exec(line)?.[1] ?? []));
  let open: { name: string; table: string; schema: string | undefined; columns: Map<string, ModelColumn> } | undefined;
  for (const line of lines) {
    const model = MODEL.exec(line)?.[1];
    if (model !== undefined) open = { name: model, table: model, schema: undefined, columns: new Map() };
    if (open === undefined || model !== undefined) continue;
    const own = line.trim();
    if (own === '}') {
      tables.set(open.schema === undefined ? open.table : `${open.schema}.${open.table}`, { name: open.name, columns: open.columns });
      open = undefined;
    } else if (own.startsWith('@@')) {
      open.table = /^@@map\(\s*(?:name:\s*)?"([^"]+)"/.exec(own)?.[1] ?? open.table;
      open.schema = /^@@schema\(\s*(?:map:\s*)?"([^"]+)"/.exec(own)?.[1] ?? open.schema;
    } else {
      const [, field, type, mark = '', rest = ''] = FIELD.exec(own) ?? [];
      if (field === undefined || type === undefined || models.has(type)) continue;
      const column = /@map\(\s*(?:name:\s*)?"([^"]+)"/.exec(rest)?.[1] ?? field;
      open.columns.set(column, { name: `${open.name}.${field}`, notNull: mark !== '?', ...(/@updatedAt\b/.test(rest) && !/@default\(/.test(rest) && { byClient: '@updatedAt' }) });
    }
  }
  return tables;
}

const MODEL = /^[ \t]*(?:model|view)[ \t]+(\w+)[ \t]*\{/;
const FIELD = /^(\w+)[ \t]+(\w+)(\[\]|\?)?(.*)$/;

/** `//` outside of a text. */
function withoutComment(line: string): string {
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"' && line[at - 1] !== '\\') quoted = !quoted;
    else if (!quoted && line.startsWith('//', at)) return line.slice(0, at);
  }
  return line;
}
