import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepare, writeAll } from '../src/fix/write.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lockkeeper-write-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});
const put = (path: string, text: string): void => {
  writeFileSync(join(root, path), text);
};
const get = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('writing', () => {
  it('edits files and makes new ones with their folders', () => {
    put('a.sql', 'old\n');
    expect(writeAll(root, [{ path: 'a.sql', before: 'old\n', text: 'new\n' }, { path: 'x/y/b.sql', before: null, text: 'b\n' }])).toBeUndefined();
    expect([get('a.sql'), get('x/y/b.sql')]).toEqual(['new\n', 'b\n']);
    expect(readdirSync(root)).toEqual(['a.sql', 'x']);
  });

  it('leaves everything alone when one file has changed meanwhile', () => {
    put('a.sql', 'old\n');
    put('b.sql', 'somebody else\n');
    expect(writeAll(root, [{ path: 'a.sql', before: 'old\n', text: 'new\n' }, { path: 'b.sql', before: 'old\n', text: 'new\n' }, { path: 'n/c.sql', before: null, text: 'c' }])).toBe('b.sql has changed meanwhile.');
    expect([get('a.sql'), get('b.sql'), existsSync(join(root, 'n'))]).toEqual(['old\n', 'somebody else\n', false]);
  });

  it('does not overwrite a file that should be new', () => {
    put('a.sql', 'mine\n');
    expect(writeAll(root, [{ path: 'a.sql', before: null, text: 'new\n' }])).toBe('a.sql is already there.');
    expect(get('a.sql')).toBe('mine\n');
  });

  it('undoes what it has done when it cannot go on', () => {
    put('a.sql', 'old\n');
    // A folder of the file's name: it is neither there as a file nor can it be made.
    mkdirSync(join(root, 'b.sql'));
    const problem = writeAll(root, [{ path: 'a.sql', before: 'old\n', text: 'new\n' }, { path: 'c/d.sql', before: null, text: 'd' }, { path: 'b.sql', before: null, text: 'new\n' }]);
    expect(problem).toBeTypeOf('string');
    expect(get('a.sql')).toBe('old\n');
    expect(readdirSync(root)).toEqual(['a.sql', 'b.sql']);
  });

  it('gives files other names, in a chain as well, and takes that back when it cannot go on', () => {
    for (const name of ['2.sql', '3.sql']) put(name, `${name}\n`);
    const chain = [{ path: '3.sql', from: '2.sql', before: '2.sql\n', text: '2.sql\n' }, { path: '4.sql', from: '3.sql', before: '3.sql\n', text: 'edited\n' }];
    mkdirSync(join(root, 'b.sql'));
    expect(writeAll(root, [...chain, { path: 'b.sql', before: null, text: 'new\n' }])).toBeTypeOf('string');
    expect([readdirSync(root), get('2.sql'), get('3.sql')]).toEqual([['2.sql', '3.sql', 'b.sql'], '2.sql\n', '3.sql\n']);
    expect(writeAll(root, [...chain, { path: '2.sql', before: null, text: 'new\n' }])).toBeUndefined();
    expect([get('2.sql'), get('3.sql'), get('4.sql')]).toEqual(['new\n', '2.sql\n', 'edited\n']);
    expect(writeAll(root, [{ path: '5.sql', from: '4.sql', before: 'edited\n', text: 'edited\n' }])).toBeUndefined();
    expect(readdirSync(root)).toEqual(['2.sql', '3.sql', '5.sql', 'b.sql']);
  });

  it('keeps the byte order mark, the mode and the link', () => {
    put('real.sql', '\uFEFFold\n');
    chmodSync(join(root, 'real.sql'), 0o640);
    symlinkSync(join(root, 'real.sql'), join(root, 'a.sql'));
    expect(writeAll(root, [{ path: 'a.sql', before: 'old\n', text: 'new\n' }])).toBeUndefined();
    expect(get('real.sql')).toBe('\uFEFFnew\n');
    expect(statSync(join(root, 'real.sql')).mode & 0o777).toBe(0o640);
  });

  it('refuses files that are not UTF-8', () => {
    writeFileSync(join(root, 'a.sql'), Buffer.from([0xff, 0xfe, 0x61, 0x00]));
    expect(writeAll(root, [{ path: 'a.sql', before: 'a', text: 'b' }])).toMatch(/not UTF-8/);
    writeFileSync(join(root, 'a.sql'), Buffer.from([0x61, 0xe9]));
    expect(prepare(root, [{ path: 'a.sql', before: 'a\ufffd', text: 'b' }])).toMatch(/not UTF-8/);
  });
});
