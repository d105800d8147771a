import { userError } from '../config/errors.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Planned } from '../fix/planner.ts';
import { planRequested, schemaAtEnd } from '../fix/requested.ts';
import type { Workshop } from '../fix/lint-run.ts';
import type { Script } from '../ir/migration.ts';
import type { LintHistory } from '../replay/history.ts';
import type { ChangeName, Request, Requested, UnknownName } from '../remedy/change.ts';
import { CHANGES } from './change-specs.ts';

export interface ChangeAsked {
  readonly change: ChangeName;
  readonly request: Request;
}

/** Plans for a change by name, or for a statement, in the one history that knows what it is about. */
export async function plannedChange(asked: ChangeAsked | string, workshop: Workshop, histories: readonly LintHistory[]): Promise<Planned> {
  const found = typeof asked === 'string' ? histories.map((entry) => ({ entry, requested: statementAsked(asked) })) : await understood(asked, workshop, histories);
  const [first, second] = found;
  if (first === undefined) throw userError('There are no migrations here that a change could follow.');
  if (second !== undefined) throw userError(`It could follow the migrations in ${first.entry.history.folder} and those in ${second.entry.history.folder}: say which with --in <folder>.`);
  const planned = await planRequested(workshop, first.entry, first.requested);
  if (typeof planned === 'string') throw userError(planned);
  return planned;
}

interface Understood {
  readonly entry: LintHistory;
  readonly requested: Requested;
}

async function understood({ change, request }: ChangeAsked, workshop: Workshop, histories: readonly LintHistory[]): Promise<readonly Understood[]> {
  const found: Understood[] = [];
  const unknown: UnknownName[] = [];
  for (const entry of histories) {
    const changes = await entry.dialect.changes?.();
    if (changes === undefined) continue;
    const requested = changes[change](request, schemaAtEnd(workshop, entry, workshop.tree));
    if ('unknown' in requested) unknown.push(requested);
    else if ('refused' in requested) throw userError(requested.refused);
    else found.push({ entry, requested });
  }
  const [first] = unknown;
  if (found.length === 0 && first !== undefined) {
    throw userError(`The migrations know no ${first.unknown} "${first.name}".${didYouMean(first.name, unknown.flatMap(({ known }) => known))}${first.otherwise === undefined ? '' : ` ${first.otherwise}`}`);
  }
  return found;
}

function statementAsked(sql: string): Requested {
  const text = sql.trim().replace(/;$/, '');
  if (text === '') throw userError('--sql needs a statement, as in --sql "ALTER TABLE users ADD COLUMN age int NOT NULL".');
  const slug = text.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 40);
  return { title: text.replace(/\s+/g, ' '), parts: [{ slug, sql: [text] }] };
}

/** What was typed behind `plan`, when it asks for a change. */
export function changeAsked(operands: readonly string[], { using, replacement }: { readonly using?: string; readonly replacement?: string }): ChangeAsked {
  const [name, ...words] = operands;
  const change = name as ChangeName;
  const { operands: usage, words: [least, most] } = CHANGES[change];
  if (words.length < least || words.length > most) throw userError(`It takes lockkeeper plan ${change} ${usage}`);
  return { change, request: { words, ...(using !== undefined && { using }), ...(replacement !== undefined && { replacement }) } };
}

interface Said {
  readonly sql?: string;
  readonly in?: string;
  readonly using?: string;
  readonly back?: readonly string[];
  readonly replacement?: string;
  readonly value?: string;
  readonly sync?: string;
}

/** Why an option makes no sense with what is asked for: nobody would notice that it counts for nothing. */
export function strayOption(change: ChangeName | undefined, { sql, in: folder, using, back, replacement, value, sync }: Said): string | undefined {
  if (folder !== undefined && change === undefined && sql === undefined) return '--in says which migrations --sql or a change follows: name the paths themselves instead.';
  if (using !== undefined && change !== 'change-type') return '--using belongs to lockkeeper plan change-type; in a statement it is written there, as ALTER COLUMN … TYPE … USING ….';
  if (replacement !== undefined && change !== 'remove-enum-value') return '--replacement belongs to lockkeeper plan remove-enum-value.';
  if (value !== undefined && change !== undefined) return `--value is for a new column that must have a value: ${change} adds none.`;
  if (back === undefined) return undefined;
  if (change !== 'split-column' && change !== 'merge-columns') return '--back belongs to lockkeeper plan split-column and merge-columns.';
  return sync === 'trigger' ? undefined : '--back says what generated triggers do: add --sync trigger.';
}

/** What was typed as an expression has to be one, before it becomes part of many statements. */
export function demandExpressions({ value, using, back }: Said, histories: readonly LintHistory[]): void {
  const typed = [['--value', value], ['--using', using], ...(backOf(back) ?? []).map((one) => ['--back', one.value] as const)] as const;
  for (const [option, expression] of typed) {
    if (expression === undefined) continue;
    const isRead = histories.every(({ dialect }) => isOneQuery(dialect.parse(`SELECT (${expression}\n)`)));
    if (!isRead || expression.trim() === '') throw userError(`${option} must be an SQL expression, as in ${option} "'unknown'", not "${expression}".`);
  }
}

const isOneQuery = ({ statements }: Pick<Script, 'statements'>): boolean => statements.length === 1 && statements[0]?.operations.every(({ kind }) => kind === 'select') === true;

/** `column=expression`. */
export function backOf(given: readonly string[] | undefined): readonly { readonly column: string; readonly value: string }[] | undefined {
  return given?.map((text) => {
    const at = text.indexOf('=');
    if (at <= 0 || text.slice(at + 1).trim() === '') throw userError(`--back must be column=expression, as in --back "name=first || ' ' || last", not "${text}".`);
    return { column: text.slice(0, at).trim().replace(/^"(.*)"$/, '$1'), value: text.slice(at + 1).trim() };
  });
}
