import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { patch } from '../src/fix/diff.ts';
import type { FileChange } from '../src/frameworks/framework.ts';
import { cases } from './support/cases.ts';

const root = mkdtempSync(join(tmpdir(), 'lockkeeper-diff-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});
execFileSync('git', ['init', '-q', root]);

/** Puts the old files there, applies the patch with git, and reads what has come of it. */
function applied(changes: readonly FileChange[]): Record<string, string> {
  for (const { path, before, text } of changes) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (before !== null) writeFileSync(file, before);
    else if (existsSync(file)) rmSync(file);
    expect(before === text).toBe(false);
  }
  execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: root, input: patch(changes) });
  return Object.fromEntries(changes.map(({ path }) => [path, readFileSync(join(root, path), 'utf8')]));
}

describe('patches', () => {
  const changes: readonly (readonly [string, FileChange])[] = [
    ['one line in the middle', { path: 'a.sql', before: '1\n2\n3\n4\n5\n6\n7\n8\n9\n', text: '1\n2\n3\n4\nfive\n6\n7\n8\n9\n' }],
    ['two places far apart', { path: 'a.sql', before: `a\n${'x\n'.repeat(30)}b\n`, text: `A\n${'x\n'.repeat(30)}B\n` }],
    ['two places close together', { path: 'a.sql', before: 'a\n1\n2\n3\n4\n5\nb\n', text: 'A\n1\n2\n3\n4\n5\nB\n' }],
    ['no line break at the end, before', { path: 'a.sql', before: 'a\nb', text: 'a\nb\nc\n' }],
    ['no line break at the end, afterwards', { path: 'a.sql', before: 'a\nb\n', text: 'a\nB' }],
    ['no line break at the end at all', { path: 'a.sql', before: 'a\nb', text: 'A\nb' }],
    ['carriage returns', { path: 'a.sql', before: 'a\r\nb\r\nc\r\n', text: 'a\r\nB\r\nc\r\n' }],
    ['a new file', { path: 'new/folder/a.sql', before: null, text: 'a\nb\n' }],
    ['a new file without a line break at the end', { path: 'b.sql', before: null, text: 'a' }],
    ['an empty new file', { path: 'empty.sql', before: null, text: '' }],
    ['an empty file that is filled', { path: 'filled.sql', before: '', text: 'a\n' }],
    ['a file that is emptied', { path: 'emptied.sql', before: 'a\nb\n', text: '' }],
    ['a name with blanks', { path: 'my migrations/0001 users.sql', before: 'a\n', text: 'b\n' }],
    ['a name with quotes and letters of other languages', { path: 'größe/„x"\t.sql', before: 'a\n', text: 'b\n' }],
    ['lines that look like a patch', { path: 'a.sql', before: '--- a\n+++ b\n@@ -1 +1 @@\n-x\n', text: '--- a\n+++ c\n@@ -1 +1 @@\n-x\n' }],
  ];
  for (const [name, change] of changes) {
    it(`are taken by git: ${name}`, () => {
      expect(applied([change])).toEqual({ [change.path]: change.text });
    });
  }

  it('of several files are taken together', () => {
    const changes: FileChange[] = [
      { path: 'z.sql', before: 'a\n', text: 'b\n' },
      { path: 'a1.sql', before: null, text: 'new\n' },
      { path: 'm.sql', before: 'x\ny\n', text: 'y\n' },
    ];
    expect(applied(changes)).toEqual({ 'z.sql': 'b\n', 'a1.sql': 'new\n', 'm.sql': 'y\n' });
  });

  it('of any two texts give the second', () => {
    const text = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '\n', 'd\r\n'), { maxLength: 24 }).map((lines) => lines.join(''));
    const maybeOpen = fc.tuple(text, fc.constantFrom('', 'end')).map(([lines, end]) => lines + end);
    fc.assert(
      fc.property(maybeOpen, maybeOpen, (before, after) => {
        fc.pre(before !== after);
        expect(applied([{ path: 'any.sql', before, text: after }])).toEqual({ 'any.sql': after });
      }),
      cases(40),
    );
  });
});
