import type { Program } from '../../hosts/program.ts';
import type { Direction, TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, Framework, ProgramFile } from '../framework.ts';
import { halvesOf } from '../shared/halves.ts';
import { codeDraft } from '../shared/code.ts';
import { history, twoWay } from '../shared/history.ts';
import type { Draft } from '../shared/history.ts';
import { codeFiles, join, mentions, sqlFiles } from '../shared/paths.ts';
import { carries, codeCarries, codeHas, share } from '../shared/sample.ts';
import { naturalCompare, numericCompare } from '../shared/order.ts';
import { settingsFiles } from '../shared/settings-files.ts';
import { program } from './program.ts';
import { writer } from './writer.ts';

const FILE = /^(?<version>\d+)[_-]?(?<name>.*)\.sql$/;
/** Pairs are another tool's unless they carry its marks. */
const SINGLE = /^\d.*(?<!\.(?:up|down))\.sql$/;
const CODE = /^(?<version>\d+)[_-]?(?<name>.*)\.[cm]?[jt]s$/;
/** Names that it gives to files; what such a file does may go over a connection of the project's own. */
const TIMED = /^(?:\d{13}|\d{17})[_-]/;
const OPT_OUT = 'Call `pgm.noTransaction()` in the migration.';
const OPT_OUT_OF_SQL = 'Write this migration in JavaScript and call `pgm.noTransaction()`: an SQL file has no way to say it.';
/** Where the tool is started. */
const SETTINGS = /^package\.json$|^(?:(?:run-?|db-?)?migrat|database|db)\w*\b.*\.[cm]?[jt]s$/i;

/** All pending migrations run in one transaction, or each in its own where the tool is told so. A file without an Up line is all up; without a Down line it cannot be undone. */
const framework: Framework = {
  name: 'node-pg-migrate',
  title: 'node-pg-migrate',
  session: 'kept',
  recognise(folder, tree) {
    if (carries(folder, tree, /^[ \t]*--[ \t-]*(?:up|down)\s+migration\b/im)) return 88;
    if (codeCarries(folder, tree, /\bpgm\b|['"]node-pg-migrate['"]|\bMigrationBuilder\b/)) return 90;
    if (share(codeFiles(tree, folder), TIMED) >= 0.8 && codeHas(folder, tree, /\bpgm\b/) && mentions(tree, folder, 'package.json', /"node-pg-migrate"/)) return 84;
    const uses = share(sqlFiles(tree, folder), SINGLE) >= 0.5 && mentions(tree, folder, 'package.json', /"node-pg-migrate"/);
    return uses ? 82 : 0;
  },
  read(folder, tree) {
    const each = isEach(folder, tree);
    const wrap = each ? 'script' : 'batch';
    const inSql: TransactionPolicy = { wrap, optOut: OPT_OUT_OF_SQL };
    const { halves, problems } = halvesOf(folder, tree, { pattern: FILE, transaction: () => inSql, ignores: 'node-pg-migrate stops at it: the name has no number in front.' });
    const written = halves.map((file) => {
      const text = tree.read(file.path) ?? '';
      const marks = (['up', 'down'] as const)
        .map((direction) => ({ direction, start: text.search(new RegExp(`^[^\\S\\n]*--[ \\t-]*${direction}\\s+migration`, 'im')) }))
        .filter(({ start }) => start >= 0)
        .sort((a, b) => a.start - b.start);
      const section = (direction: 'up' | 'down'): readonly { start: number; end: number }[] =>
        marks.flatMap((mark, index) => (mark.direction === direction ? [{ start: mark.start, end: marks[index + 1]?.start ?? text.length }] : []));
      const up = section('up');
      const down = section('down');
      return twoWay({ ...file, text, up: up.length > 0 ? up : [{ start: 0, end: down[0]?.start ?? text.length }], ...(down.length > 0 ? { down } : {}), transaction: { up: inSql, down: inSql } });
    });
    const run = (file: ProgramFile, direction: Direction): Program | undefined => program(file, direction, each);
    const programs = codeFiles(tree, folder).filter((name) => CODE.test(name)).map((name): Draft => {
      const draft = codeDraft(join(folder, name), name, tree, { framework: framework.name, pattern: CODE, transaction: { wrap, optOut: OPT_OUT }, downs: 'used', program: run });
      // Without a `down` the library turns the `up` around.
      return { ...draft, down: { ...draft.up, direction: 'down', program: (file) => run(file, 'down') } };
    });
    const key = ({ version }: Draft): string => instant(version ?? '');
    const drafts = [...written, ...programs].sort((a, b) => numericCompare(key(a), key(b)) || naturalCompare(a.up?.path ?? '', b.up?.path ?? ''));
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems, sameVersion: null });
  },
  writer,
};

/** One transaction for all is what the command does unless told otherwise, and what the runner does when it is told so. */
function isEach(folder: string, tree: FileTree): boolean {
  const programs: string[] = [];
  for (const { name, text } of settingsFiles(folder, tree, SETTINGS)) {
    if (name !== 'package.json') programs.push(text);
    else if (/:\s*"[^"\n]*\bnode-pg-migrate\b/.test(text)) return /\bnode-pg-migrate\b[^"\n]*--(?:no-single-transaction|single-transaction[= ]false)\b/.test(text);
  }
  return programs.some((text) => /\bnode-pg-migrate\b/.test(text) && /\bdirection\s*[:,]/.test(text) && !/\bsingleTransaction\s*(?::\s*(?!\s|false\b|undefined\b)|[,}])/.test(text));
}

/** 17 digits are a UTC date to the millisecond, 13 are milliseconds since 1970; made comparable. */
function instant(version: string): string {
  const utc = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(version)?.slice(1).map(Number);
  if (utc === undefined) return version;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, milli = 0] = utc;
  return String(Date.UTC(year, month - 1, day, hour, minute, second, milli));
}

export default framework;
