/** What a data source says of the names of its tables and columns. */
export interface Naming {
  /** Class of its `namingStrategy`; undefined: the library's own. */
  readonly strategy?: string;
  readonly entityPrefix?: string;
  readonly schema?: string;
}

/** How names are made of those in the code. */
export interface Strategy {
  readonly table: (className: string) => string;
  readonly column: (property: string, told: string | undefined, prefixes: readonly string[]) => string;
  readonly join: (relation: string, referenced: string) => string;
}

const snakeCase = (text: string): string => text.replace(/([A-Z])([A-Z])([a-z])/g, '$1_$2$3').replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
const camelCase = (text: string): string => text.replace(/^([A-Z])|[\s\-_](\w)/g, (_match, first: string | undefined, second: string | undefined) => second?.toUpperCase() ?? (first ?? '').toLowerCase());
const titleCase = (text: string): string => text.replace(/\w\S*/g, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());

const own: Strategy = {
  table: snakeCase,
  column: (property, told, prefixes) => (prefixes.length === 0 ? (told ?? property) : camelCase(prefixes.join('_')) + titleCase(told ?? property)),
  join: (relation, referenced) => camelCase(`${relation}_${referenced}`),
};

/** That of the package typeorm-naming-strategies. */
const snake: Strategy = {
  table: snakeCase,
  column: (property, told, prefixes) => snakeCase([...prefixes, ''].join('_')) + (told ?? snakeCase(property)),
  join: (relation, referenced) => snakeCase(`${relation}_${referenced}`),
};

/** Undefined for one that nobody knows. */
export const strategyOf = ({ strategy }: Naming): Strategy | undefined => (strategy === undefined || strategy === 'DefaultNamingStrategy' ? own : strategy === 'SnakeNamingStrategy' ? snake : undefined);
