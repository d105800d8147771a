import type { Report } from './model.ts';

export interface ReportOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** The path as the reader can open it: relative to where the command was typed. */
  readonly shownPath: (path: string) => string;
  /** What the paths of the report are relative to, from where the command was typed; '.' for that place itself. */
  readonly root: string;
}

/** A format: the report as text, whole or in pieces, nothing computed but the layout. */
export type Reporter = (report: Report, options: ReportOptions) => string | Iterable<string>;

export const FORMATS = ['text', 'json', 'sarif', 'github', 'gitlab', 'markdown', 'junit'] as const;
export type Format = (typeof FORMATS)[number];

/** Only the format that is asked for is loaded. */
export const REPORTERS: { readonly [K in Format]: () => Promise<Reporter> } = {
  text: async () => (await import('./text.ts')).text,
  json: async () => (await import('./json.ts')).json,
  sarif: async () => (await import('./sarif.ts')).sarif,
  github: async () => (await import('./github.ts')).github,
  gitlab: async () => (await import('./gitlab.ts')).gitlab,
  markdown: async () => (await import('./markdown.ts')).markdown,
  junit: async () => (await import('./junit.ts')).junit,
};
