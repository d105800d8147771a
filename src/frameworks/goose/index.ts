import type { TransactionPolicy } from '../../ir/migration.ts';
import type { Span } from '../../source/text.ts';
import type { FileTree, Framework, HistoryProblem } from '../framework.ts';
import { annotations, readSections } from '../shared/annotations.ts';
import { history, twoWay } from '../shared/history.ts';
import type { Draft } from '../shared/history.ts';
import { readNumbered } from '../shared/numbered.ts';
import type { Numbered } from '../shared/numbered.ts';
import { normalNumber, numericCompare } from '../shared/order.ts';
import { fileNames, join } from '../shared/paths.ts';
import { carries } from '../shared/sample.ts';
import { OUTSIDE_ONLY, roughStatements } from '../shared/statements.ts';

const FILE = /^(?<version>\d+)_(?<name>.*)\.sql$/;
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

const framework: Framework = {
  name: 'goose',
  title: 'goose',
  recognise: (folder, tree) => (carries(folder, tree, /^[ \t]*--[ \t]*\+goose\b/im) ? 90 : 0),
  read(folder, tree) {
    const { files, problems } = readNumbered(folder, tree, FILE, numericCompare, 'goose stops at it: the name is not <version>_<name>.sql.');
    const read = files.map((file) => migration(file, tree));
    const unread = fileNames(tree, folder).filter((name) => /^\d+_.*(?<!_test)\.go$/.test(name)).map((name) => join(folder, name));
    const drafts = read.map(({ draft }) => draft);
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems: [...problems, ...read.flatMap((one) => one.problems)], unread, sameVersion: normalNumber });
  },
};

function migration(file: Numbered, tree: FileTree): { draft: Draft; problems: readonly HistoryProblem[] } {
  const text = tree.read(file.path) ?? '';
  const found = annotations(text, '+goose');
  const words = new Set(found.map((annotation) => annotation.words.join(' ').toLowerCase()));
  const { problems, blocks, ...sections } = readSections(text, found, { path: file.path, mark: '-- +goose', command: (annotation) => COMMANDS.get(annotation.words.join(' ').toLowerCase()) });
  const policy: TransactionPolicy = words.has('no transaction') ? { wrap: 'none', optOut: OPT_OUT } : { wrap: 'script', optOut: OPT_OUT };
  const complaints = [
    ...problems,
    ...found.filter(({ indented }) => indented).map(({ line }): HistoryProblem => ({ problem: 'bad-annotation', path: file.path, span: line, detail: 'goose refuses an annotation with blanks before it.' })),
    ...(policy.wrap === 'none' ? together(file.path, text, blocks) : []),
  ];
  return {
    draft: twoWay({ ...file, text, ...sections, transaction: { up: policy, down: policy }, ...(words.has('envsub on') ? { placeholders: ENVIRONMENT } : {}) }),
    problems: complaints,
  };
}

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

export default framework;
