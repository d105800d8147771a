/** What the user can put right: one line each (what, where, remedy), no stack, exit code 2. */
export interface UserError extends Error {
  readonly lines: readonly string[];
}

export function userError(lines: string | readonly string[]): UserError {
  const all = typeof lines === 'string' ? [lines] : lines;
  return Object.assign(new Error(all.join('\n')), { name: 'UserError', lines: all });
}

export const isUserError = (error: unknown): error is UserError => error instanceof Error && error.name === 'UserError' && 'lines' in error;

/** First line of an error's message, for use inside a sentence. */
export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
