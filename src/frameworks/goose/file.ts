import type { TransactionPolicy } from '../../ir/migration.ts';
import type { Span } from '../../source/text.ts';
import type { HistoryProblem } from '../framework.ts';
import type { Annotation } from '../shared/annotations.ts';
import { annotations, readSections } from '../shared/annotations.ts';
import type { Draft } from '../shared/history.ts';
import { twoWay } from '../shared/history.ts';
import type { Numbered } from '../shared/numbered.ts';
import { OUTSIDE_ONLY, roughStatements } from '../shared/statements.ts';

const COMMANDS: ReadonlyMap<string, 'up' | 'down' | 'begin' | 'end' | 'other'> = new Map([
  ['up', 'up'],
  ['down', 'down'],
  ['statementbegin', 'begin'],
  ['statementend', 'end'],
  ['no transaction', 'other'],
  ['envsub on', 'other'],
  ['envsub off', 'other'],
]);
const OPT_OUT = 'Put the line `-- +goose NO TRANSACTION` at the top of the file; it holds for Up and Down.';
const ENVIRONMENT = [/\$\{[A-Za-z_][^{}\n]*\}/g];

export function readFile(file: Numbered, text: string): { draft: Draft; problems: readonly HistoryProblem[] } {
  const found = annotations(text, '+goose');
  const said = new Set(found.map(commandOf));
  const { problems, blocks, ...sections } = readSections(text, found, { path: file.path, mark: '-- +goose', command: (annotation) => COMMANDS.get(commandOf(annotation)) });
  const policy: TransactionPolicy = { wrap: said.has('no transaction') ? 'none' : 'script', optOut: OPT_OUT };
  const indented = found.filter((annotation) => annotation.indented);
  return {
    draft: twoWay({ ...file, text, ...sections, transaction: { up: policy, down: policy }, ...(said.has('envsub on') ? { placeholders: ENVIRONMENT } : {}) }),
    problems: [
      ...problems,
      ...indented.map(({ line }): HistoryProblem => ({ problem: 'bad-annotation', path: file.path, span: line, detail: 'goose refuses an annotation with blanks before it.' })),
      ...(policy.wrap === 'none' ? together(file.path, text, blocks) : []),
    ],
  };
}

const commandOf = ({ words }: Annotation): string => words.join(' ').toLowerCase();

/** A block of several statements is a transaction to the server, whatever the file says. */
function together(path: string, text: string, blocks: readonly Span[]): readonly HistoryProblem[] {
  return blocks.flatMap((block): HistoryProblem[] => {
    const statements = roughStatements(text, block);
    const refused = statements.length < 2 ? undefined : statements.find(({ head }) => OUTSIDE_ONLY.test(head));
    if (refused === undefined) return [];
    const detail = 'goose sends the statements of this block as one string, which the server runs as one transaction: it refuses this one there.';
    return [{ problem: 'bad-annotation', path, span: { start: refused.start, end: refused.end }, detail }];
  });
}
