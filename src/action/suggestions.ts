import type { FixResult } from '../fix/engine.ts';
import type { FileChange } from '../frameworks/framework.ts';
import type { Api } from './api.ts';
import type { Place } from './comment.ts';

/** A change of neighbouring lines of one file that GitHub can offer as a button. */
export interface Suggestion {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** The lines as they shall be. */
  readonly text: string;
  readonly title: string;
}

const MOST_LINES = 30;

/** The safe fixes that need one file only, and of that only a stretch of lines that the pull request has touched. */
export function suggestionsFrom({ sets }: FixResult, original: (path: string) => string | undefined, touched: (path: string) => readonly (readonly [from: number, to: number])[]): readonly Suggestion[] {
  return sets.flatMap(({ files, proposals }): Suggestion[] => {
    const [file] = files;
    const title = [...new Set(proposals.map(({ plan }) => plan.title))].join('; ');
    const found = files.length === 1 && file !== undefined ? stretch(file) : undefined;
    if (file === undefined || found === undefined || file.before !== original(file.path) || !touched(file.path).some(([from, to]) => from <= found.start && found.end <= to)) return [];
    return [{ path: file.path, ...found, title }];
  });
}

/** The one stretch of lines in which two texts differ; undefined where it is none that a suggestion can replace. */
function stretch({ before, text }: FileChange): Pick<Suggestion, 'start' | 'end' | 'text'> | undefined {
  if (before === null) return undefined;
  const [old, now] = [before.split('\n'), text.split('\n')];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let tail = 0;
  while (tail < old.length - start && tail < now.length - start && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const end = old.length - tail;
  if (end <= start || end - start > MOST_LINES) return undefined;
  return { start: start + 1, end, text: now.slice(start, now.length - tail).join('\n') };
}

const MARK = '<!-- lockkeeper suggestion -->';

/** Adds those that are not there yet; answers with how many. */
export async function suggest(api: Api, { owner, repo, number }: Place, head: string, suggestions: readonly Suggestion[]): Promise<number> {
  if (suggestions.length === 0) return 0;
  const there = await api.paginate(api.rest.pulls.listReviewComments, { owner, repo, pull_number: number, per_page: 100 });
  const known = new Set(there.map(({ path, body }) => `${path}\0${body}`));
  const fresh = suggestions.map((one) => ({ ...one, body: bodyOf(one) })).filter(({ path, body }) => !known.has(`${path}\0${body}`));
  if (fresh.length === 0) return 0;
  await api.rest.pulls.createReview({
    owner,
    repo,
    pull_number: number,
    commit_id: head,
    event: 'COMMENT',
    comments: fresh.map(({ path, start, end, body }) => ({ path, body, side: 'RIGHT', line: end, ...(start < end && { start_line: start, start_side: 'RIGHT' }) })),
  });
  return fresh.length;
}

function bodyOf({ text, title }: Suggestion): string {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${MARK}\n${title}.\n\n${fence}suggestion\n${text}\n${fence}`;
}
