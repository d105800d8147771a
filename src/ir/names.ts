/**
 * A name as the server stores it: folded to its case, quotes removed, truncated to the identifier limit.
 * `schema` is absent when the source did not say it; the catalog then resolves it through the search path.
 */
export interface ObjectName {
  readonly schema?: string;
  readonly name: string;
}

/** A name with its schema resolved. */
export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** The same for the same relation, and for no other. */
export const relationKey = ({ schema, name }: QualifiedName): string => `${schema}\0${name}`;

export const displayName = (name: ObjectName): string => (name.schema === undefined ? name.name : `${name.schema}.${name.name}`);

/** True for a name that the reader of the script cannot know, because a template fills part of it in. */
export const isTemplateName = (name: string): boolean => !/^\w*$/.test(name) && /\$[{(]|\{\{|<%|%\(|^:/.test(name);

/** Which names can come out of such a name. */
export function namesOf(template: string): (name: string) => boolean {
  const parts = template.split(/\$\{[^}]*\}|\$\([^)]*\)|\{\{.*?\}\}|<%.*?%>|%\([^)]*\)s?|^:[\w'"]+/);
  const [first = ''] = parts;
  const last = parts.length > 1 ? (parts.at(-1) ?? '') : '';
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
    let at = first.length;
    return parts.slice(1, -1).every((part) => {
      const found = name.indexOf(part, at);
      at = found + part.length;
      return found >= 0 && at <= name.length - last.length;
    });
  };
}
