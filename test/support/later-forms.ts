import { readFileSync } from 'node:fs';

export interface LaterCase {
  readonly since: number;
  readonly sql: string;
}

const text = readFileSync(new URL('../../fixtures/dialects/postgres/later-forms.sql', import.meta.url), 'utf8');
const [, ...sections] = text.split(/^-- (?=setup$|\d+$)/m);
const linesOf = (section = ''): readonly string[] => section.split('\n').slice(1).map((line) => line.trim()).filter((line) => line !== '');

export const laterSetup: readonly string[] = linesOf(sections[0]);

/** A statement a line, under the version that brought it. */
export const laterCases: readonly LaterCase[] = sections.slice(1).flatMap((section) => linesOf(section).map((sql) => ({ since: Number.parseInt(section, 10), sql: sql.replace(/;$/, '') })));
