import type { LaterForm } from '../../dialect.ts';
import { parseTree } from '../parse/engine.ts';
import type { Form } from './forms.ts';
import { FORMS } from './forms.ts';
import { FUNCTIONS, ROLES, SETTINGS, TYPES } from './names.ts';

/** What follows the NOT NULL of a column, other than a comma; that of a table is followed by a column. */
const AFTER_NOT_NULL = 'default|primary|unique|check|references|generated|collate|constraint|deferrable|initially';

/** Words without which a statement has no form of a version. */
const WORDS: Readonly<Record<number, string>> = {
  12: 'stored|concurrently|materialized|settings|skip_locked|index_cleanup|truncate|chain|deterministic|aggregate|statistics|copy|gist|generated|date_trunc',
  13: 'ties|parallel|force|publish_via_partition_root|expression|depends|wal|alter\\s+(?:statistics|type|view|table)',
  14: 'compression|detach|search|cycle|process_toast|tablespace|replace|atomic|return|using\\s*\\(|distinct|statistics|procedure|subscription|include',
  15: 'nulls|merge|security_invoker|delete\\s+set\\s+(?:null|default)\\s*\\(\\s*"?\\w+|publication|access\\s+method|match|parameter|unlogged|subscription|database',
  16: 'storage|json|json_\\w+|copy|with\\s+(?:inherit|set|admin)|vacuum|analyze|statistics|reindex|generic_plan|rules|subscription|database',
  17: 'expression|json|json_\\w+|source|returning|copy|maintain|access\\s+method|statistics|local|builtin|random|memory|serialize|failover',
  18: `generated|overlaps|period|enforced|returning|copy|(?<!is\\s+)not\\s+null\\s+"?(?!(?:${AFTER_NOT_NULL})\\b)\\w+|inherit|vacuum|analyze|large\\s+objects|publish_generated_columns`,
};

const words = new Map<number, RegExp>();

/** Whether the text may have a form that came after the version. */
function mayHave(text: string, version: number): boolean {
  let known = words.get(version);
  if (known === undefined) {
    const names = [FUNCTIONS, TYPES, SETTINGS, ROLES].flatMap((list) => [...list].flatMap(([name, since]) => (since > version ? [name] : [])));
    const forms = Object.entries(WORDS).flatMap(([since, list]) => (Number(since) > version ? [list] : []));
    words.set(version, (known = new RegExp(`\\b(?:${[...forms, ...names].join('|')})\\b`, 'i')));
  }
  return known.test(text);
}

/** What a statement has that came after the version. Bodies of functions and DO blocks are texts to it. */
export function laterForms(text: string, version: number): readonly LaterForm[] {
  if (!mayHave(text, version)) return [];
  const tree = parseTree(text);
  if ('error' in tree) return [];
  const found: Form[] = [];
  visit(tree.statements, (one) => {
    if (one.since > version) found.push(one);
  });
  return found.sort((a, b) => b.since - a.since);
}

/** Fields whose node stands there without its kind. */
const BARE: Readonly<Record<string, string>> = { typeName: 'TypeName', argType: 'TypeName', returnType: 'TypeName', setstmt: 'VariableSetStmt', action: 'GrantStmt' };

function visit(value: unknown, report: (form: Form) => void): void {
  if (Array.isArray(value)) {
    for (const each of value) visit(each, report);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    if (typeof each !== 'object' || each === null) continue;
    // The table's own type proves that node and entry agree; TypeScript cannot correlate them through a name.
    const forms = (FORMS as Readonly<Record<string, ((node: unknown) => readonly (Form | false | undefined)[]) | undefined>>)[BARE[key] ?? key];
    if (forms !== undefined && !Array.isArray(each)) for (const form of forms(each)) if (form !== undefined && form !== false) report(form);
    visit(each, report);
  }
}
