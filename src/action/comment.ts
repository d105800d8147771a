import type { Api } from './api.ts';

export interface Place {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
}

/** GitHub takes this many characters. */
export const LONGEST_COMMENT = 65_000;

/** Tells our comment from others, one for each working directory. */
export const markOf = (key: string): string => `<!-- lockkeeper${key === '.' ? '' : ` ${key.replaceAll('--', '—')}`} -->`;

export type Done = 'created' | 'updated' | 'unchanged' | 'none';

/** Keeps one comment up to date. `body` undefined: there is nothing to say, and an old comment says so. */
export async function keepComment(api: Api, { owner, repo, number }: Place, mark: string, body: string | undefined, resolved: string): Promise<Done> {
  const own = await find(api, { owner, repo, number }, mark);
  const text = `${mark}\n${body ?? resolved}`;
  if (own === undefined) {
    if (body === undefined) return 'none';
    await api.rest.issues.createComment({ owner, repo, issue_number: number, body: text });
    return 'created';
  }
  if (own.body === text) return 'unchanged';
  await api.rest.issues.updateComment({ owner, repo, comment_id: own.id, body: text });
  return 'updated';
}

async function find(api: Api, { owner, repo, number }: Place, mark: string): Promise<{ readonly id: number; readonly body: string } | undefined> {
  for await (const { data } of api.paginate.iterator(api.rest.issues.listComments, { owner, repo, issue_number: number, per_page: 100 })) {
    const own = data.find((comment) => comment.body?.startsWith(mark) === true);
    if (own !== undefined) return { id: own.id, body: own.body ?? '' };
  }
  return undefined;
}
