import type { TransactionPolicy } from '../../ir/migration.ts';
import type { Framework } from '../framework.ts';
import { halvesOf } from '../shared/halves.ts';
import { history, twoWay } from '../shared/history.ts';
import { fileNames, join, mentions, sqlFiles } from '../shared/paths.ts';
import { carries, share } from '../shared/sample.ts';
import { lexicalCompare, naturalCompare, normalNumber, numericCompare } from '../shared/order.ts';
import { writer } from './writer.ts';

const FILE = /^(?<version>\d+)[_-]?(?<name>.*)\.sql$/;
/** Pairs are another tool's unless they carry its marks. */
const SINGLE = /^\d.*(?<!\.(?:up|down))\.sql$/;
const BATCH: TransactionPolicy = {
  wrap: 'batch',
  optOut: 'Write this migration in JavaScript and call `pgm.noTransaction()`: an SQL file has no way to say it.',
};

/** All pending migrations run in one transaction. A file without an Up line is all up; without a Down line it cannot be undone. */
const framework: Framework = {
  name: 'node-pg-migrate',
  title: 'node-pg-migrate (SQL files)',
  recognise(folder, tree) {
    if (carries(folder, tree, /^[ \t]*--[ \t-]*(?:up|down)\s+migration\b/im)) return 88;
    const uses = share(sqlFiles(tree, folder), SINGLE) >= 0.5 && mentions(tree, folder, 'package.json', /"node-pg-migrate"/);
    return uses ? 82 : 0;
  },
  read(folder, tree) {
    const { halves, problems } = halvesOf(folder, tree, { pattern: FILE, transaction: () => BATCH, ignores: 'node-pg-migrate stops at it: the name has no number in front.' });
    const order = [...halves].sort((a, b) => numericCompare(instant(a.version ?? ''), instant(b.version ?? '')) || naturalCompare(a.path, b.path));
    const drafts = order.map((file) => {
      const text = tree.read(file.path) ?? '';
      const marks = (['up', 'down'] as const)
        .map((direction) => ({ direction, start: text.search(new RegExp(`^[^\\S\\n]*--[ \\t-]*${direction}\\s+migration`, 'im')) }))
        .filter(({ start }) => start >= 0)
        .sort((a, b) => a.start - b.start);
      const section = (direction: 'up' | 'down'): readonly { start: number; end: number }[] =>
        marks.flatMap((mark, index) => (mark.direction === direction ? [{ start: mark.start, end: marks[index + 1]?.start ?? text.length }] : []));
      const up = section('up');
      const down = section('down');
      return twoWay({ ...file, text, up: up.length > 0 ? up : [{ start: 0, end: down[0]?.start ?? text.length }], ...(down.length > 0 ? { down } : {}), transaction: { up: BATCH, down: BATCH } });
    });
    const unread = fileNames(tree, folder).filter((name) => /^\d.*\.[cm]?[jt]s$/.test(name)).sort(lexicalCompare).map((name) => join(folder, name));
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems, unread, sameVersion: normalNumber });
  },
  writer,
};

/** 17 digits are a UTC date to the millisecond, 13 are milliseconds since 1970; made comparable. */
function instant(version: string): string {
  const utc = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(version)?.slice(1).map(Number);
  if (utc === undefined) return version;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, milli = 0] = utc;
  return String(Date.UTC(year, month - 1, day, hour, minute, second, milli));
}

export default framework;
