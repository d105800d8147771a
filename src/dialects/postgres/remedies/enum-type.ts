import type { CatalogView } from '../../../catalog/view.ts';
import type { ObjectName } from '../../../ir/names.ts';

/** A name for a type that takes the place of another, which nothing in its schema has. */
export function freshType(before: CatalogView, type: ObjectName): string {
  for (let count = 0; ; count++) {
    const name = `${type.name.slice(0, 50)}_new${count === 0 ? '' : String(count)}`;
    const candidate = { ...type, name };
    if (before.type(candidate) === undefined && before.relation(candidate) === undefined) return name;
  }
}
