import type { Category } from '../rule.ts';

/** A suppression comment of another linter. */
export interface ForeignDirective {
  readonly reach: 'statement' | 'file';
  /** Categories that it silences; undefined: everything. */
  readonly categories: readonly Category[] | undefined;
  readonly reason: string | null;
}

/** What every such comment contains, so that files without one are not searched further. */
export const FOREIGN_MARKS: readonly string[] = ['squawk-ignore', 'pgsafe:ignore', 'eugene:', 'atlas:nolint'];

/** `body` is the comment without its delimiters. */
export function readForeign(body: string): ForeignDirective | undefined {
  for (const { form, ids, categories } of TOOLS) {
    const match = form.exec(body);
    if (match === null) continue;
    const [named = '', ...reason] = (match.groups?.['rest'] ?? '').split(/\s+--\s+/);
    const split = ids(named.trim());
    return {
      reach: match.groups?.['file'] === undefined ? 'statement' : 'file',
      categories: categoriesOf(split.ids, categories),
      reason: [split.reason, ...reason].filter((part) => part !== '').join(' -- ') || null,
    };
  }
  return undefined;
}

interface Tool {
  readonly form: RegExp;
  ids(text: string): { readonly ids: readonly string[]; readonly reason: string };
  /** Undefined for an id that has no evident counterpart. */
  categories(id: string): readonly Category[] | undefined;
}

const listed = (text: string): { ids: readonly string[]; reason: string } => ({ ids: text.split(/[\s,]+/).filter((id) => id !== ''), reason: '' });

/** One rule, then the reason in plain words. */
function oneThenReason(text: string): { ids: readonly string[]; reason: string } {
  const [id = '', ...words] = text.split(/\s+/);
  return { ids: id === '' ? [] : [id], reason: words.join(' ') };
}

/** An id without counterpart could mean anything here, so then everything is silenced. */
function categoriesOf(ids: readonly string[], lookup: Tool['categories']): readonly Category[] | undefined {
  if (ids.length === 0) return undefined;
  const found = ids.map(lookup);
  return found.some((categories) => categories === undefined) ? undefined : [...new Set(found.flatMap((categories) => categories ?? []))];
}

const LOCK: readonly Category[] = ['lock'];
const HEAVY: readonly Category[] = ['lock', 'rewrite'];
const REWRITE: readonly Category[] = ['rewrite', 'lock'];
const REMOVAL: readonly Category[] = ['data-loss', 'compatibility'];
const FAILS: readonly Category[] = ['fails'];
const REQUIRED: readonly Category[] = ['compatibility', 'fails', 'lock'];
const BREAKS: readonly Category[] = ['compatibility'];
const STYLE: readonly Category[] = ['hygiene'];
const TYPE_CHANGE: readonly Category[] = ['rewrite', 'lock', 'compatibility'];

const SQUAWK: Readonly<Record<string, readonly Category[]>> = {
  'adding-field-with-default': REWRITE,
  'adding-foreign-key-constraint': LOCK,
  'adding-not-nullable-field': REQUIRED,
  'adding-required-field': REQUIRED,
  'adding-serial-primary-key-field': HEAVY,
  'ban-alter-domain-with-add-constraint': LOCK,
  'ban-char-field': STYLE,
  'ban-concurrent-index-creation-in-transaction': FAILS,
  'ban-create-domain-with-constraint': STYLE,
  'ban-drop-column': REMOVAL,
  'ban-drop-database': REMOVAL,
  'ban-drop-not-null': BREAKS,
  'ban-drop-table': REMOVAL,
  'ban-truncate-cascade': REMOVAL,
  'changing-column-type': TYPE_CHANGE,
  'constraint-missing-not-valid': LOCK,
  'disallowed-unique-constraint': LOCK,
  'identifier-too-long': STYLE,
  'prefer-bigint-over-int': STYLE,
  'prefer-bigint-over-smallint': STYLE,
  'prefer-identity': STYLE,
  'prefer-robust-stmts': STYLE,
  'prefer-text-field': STYLE,
  'prefer-timestamp-tz': STYLE,
  'renaming-column': BREAKS,
  'renaming-table': BREAKS,
  'require-concurrent-index-creation': LOCK,
  'require-concurrent-index-deletion': LOCK,
  'require-concurrent-partition-detach': LOCK,
  'require-concurrent-reindex': LOCK,
  'require-lock-timeout': STYLE,
  'require-statement-timeout': STYLE,
  'require-timeout-settings': STYLE,
  'transaction-nesting': FAILS,
};

const PGSAFE: Readonly<Record<string, readonly Category[]>> = {
  'add-check-without-not-valid': LOCK,
  'add-column-generated-stored': REWRITE,
  'add-column-identity': REWRITE,
  'add-column-not-null-no-default': REQUIRED,
  'add-column-serial': REWRITE,
  'add-column-volatile-default': REWRITE,
  'add-domain-constraint-without-not-valid': LOCK,
  'add-domain-not-null': LOCK,
  'add-exclusion-constraint': LOCK,
  'add-fk-without-not-valid': LOCK,
  'add-index-non-concurrent': LOCK,
  'add-primary-key-without-index': LOCK,
  'add-trigger': LOCK,
  'add-unique-constraint': LOCK,
  'alter-column-type': TYPE_CHANGE,
  'attach-partition': LOCK,
  'concurrently-in-transaction': FAILS,
  'detach-partition-non-concurrent': LOCK,
  'drop-column': REMOVAL,
  'drop-constraint': ['data-loss', 'compatibility', 'lock'],
  'drop-database': REMOVAL,
  'drop-index-non-concurrent': LOCK,
  'drop-not-null': BREAKS,
  'drop-table': REMOVAL,
  'enum-value-used-in-transaction': FAILS,
  'fk-without-covering-index': STYLE,
  'refresh-matview-non-concurrent': LOCK,
  'reindex-non-concurrent': LOCK,
  rename: BREAKS,
  'require-timeout': STYLE,
  'set-access-method': REWRITE,
  'set-logged-unlogged': REWRITE,
  'set-not-null': LOCK,
  truncate: REMOVAL,
  'vacuum-full-cluster': REWRITE,
};

const EUGENE: Readonly<Record<string, readonly Category[]>> = {
  E1: LOCK,
  E2: LOCK,
  E3: STYLE,
  E4: LOCK,
  E5: TYPE_CHANGE,
  E6: LOCK,
  E7: LOCK,
  E8: LOCK,
  E9: STYLE,
  E10: HEAVY,
  E11: REWRITE,
  W12: STYLE,
  W13: STYLE,
  W14: LOCK,
  E15: STYLE,
};

/** Analyzers by name, checks by the letters (and first digit) of their code. */
const ATLAS: Readonly<Record<string, readonly Category[]>> = {
  destructive: REMOVAL,
  incompatible: BREAKS,
  concurrent_index: ['lock', 'fails'],
  data_depend: ['fails', 'lock', 'compatibility'],
  naming: STYLE,
  nestedtx: FAILS,
  DS: REMOVAL,
  BC: BREAKS,
  MF: ['fails', 'lock', 'compatibility'],
  CD: REMOVAL,
  NM: STYLE,
  TX: FAILS,
  PG1: ['lock', 'fails', 'rewrite', 'hygiene'],
  PG3: HEAVY,
};

const own = (table: Readonly<Record<string, readonly Category[]>>, id: string): readonly Category[] | undefined =>
  Object.hasOwn(table, id) ? table[id] : undefined;

const TOOLS: readonly Tool[] = [
  { form: /^squawk-ignore(?<file>-file)?(?![\w-])(?<rest>.*)$/s, ids: listed, categories: (id) => own(SQUAWK, id) },
  { form: /^pgsafe:ignore(?<file>-file)?(?![\w-])(?<rest>.*)$/s, ids: oneThenReason, categories: (id) => own(PGSAFE, id) },
  { form: /^eugene:\s*ignore(?![\w-])(?<rest>.*)$/s, ids: listed, categories: (id) => own(EUGENE, id.toUpperCase()) },
  {
    form: /^atlas:nolint(?![\w-])(?<rest>.*)$/s,
    ids: listed,
    categories: (id) => own(ATLAS, id) ?? own(ATLAS, id.slice(0, 2)) ?? own(ATLAS, id.slice(0, 3)),
  },
];
