import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { diskTree, LARGEST_FILE } from '../src/discovery/disk.ts';
import { alternatives, expand, matchesSegment } from '../src/discovery/glob.ts';
import { gitignore } from '../src/discovery/gitignore.ts';
import { overlay } from '../src/discovery/overlay.ts';
import { cases } from './support/cases.ts';
import { growth, LINEAR } from './support/growth.ts';
import { memoryTree } from './support/lint.ts';

const SQL = 'CREATE TABLE prénoms (nom text);\n';

describe('the disk as a file tree', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lockkeeper-disk-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const put = (name: string, content: Buffer | string): void => writeFileSync(join(root, name), content);

  it('decodes UTF-8 and UTF-16 alike, without byte order marks', () => {
    const wide = Buffer.from(SQL, 'utf16le');
    put('utf8.sql', SQL);
    put('bom.sql', `\uFEFF${SQL}`);
    put('le.sql', Buffer.concat([Buffer.from([0xff, 0xfe]), wide]));
    put('be.sql', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(wide).swap16()]));
    put('le-unmarked.sql', wide);
    put('be-unmarked.sql', Buffer.from(wide).swap16());
    put('empty.sql', '');
    const tree = diskTree(root);
    for (const name of ['utf8', 'bom', 'le', 'be', 'le-unmarked', 'be-unmarked']) expect([name, tree.read(`${name}.sql`)]).toEqual([name, SQL]);
    expect(tree.read('empty.sql')).toBe('');
    const smile = `${SQL}-- 😀 Ā`;
    put('smile.sql', Buffer.from(smile, 'utf16le'));
    expect(diskTree(root).read('smile.sql')).toBe(smile);
  });

  it('has nothing to say about binary files, folders, pipes, huge and missing files', () => {
    put('image.sql', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0, 0, 255]));
    put('huge.sql', 'SELECT 1;');
    truncateSync(join(root, 'huge.sql'), LARGEST_FILE + 1);
    mkdirSync(join(root, 'folder.sql'));
    execFileSync('mkfifo', [join(root, 'pipe.sql')]);
    const tree = diskTree(root);
    for (const name of ['image.sql', 'huge.sql', 'folder.sql', 'pipe.sql', 'missing.sql']) expect([name, tree.read(name)]).toEqual([name, undefined]);
    expect(tree.list('').map(({ name }) => name)).not.toContain('pipe.sql');
    expect(tree.list('missing')).toEqual([]);
  });

  it('follows links, but never in circles', () => {
    mkdirSync(join(root, 'a/b'), { recursive: true });
    mkdirSync(join(root, 'c'));
    put('a/one.sql', 'SELECT 1;');
    symlinkSync(join(root, 'a'), join(root, 'a/b/up-again'));
    symlinkSync(join(root, 'c'), join(root, 'a/to-c'));
    symlinkSync(join(root, 'a'), join(root, 'c/to-a'));
    symlinkSync(join(root, 'a/one.sql'), join(root, 'c/one.sql'));
    symlinkSync(join(root, 'nowhere'), join(root, 'c/broken'));
    const tree = diskTree(root);
    const seen: string[] = [];
    const walk = (folder: string): void => {
      for (const { name, type } of tree.list(folder)) {
        const path = folder === '' ? name : `${folder}/${name}`;
        seen.push(path);
        expect(seen.length).toBeLessThan(100);
        if (type === 'folder') walk(path);
      }
    };
    walk('');
    expect(seen).toContain('a/to-c/one.sql');
    expect(seen).not.toContain('a/b/up-again');
    expect(seen).not.toContain('c/broken');
    expect(tree.read('c/one.sql')).toBe('SELECT 1;');
  });

  it('reads each file once', () => {
    put('one.sql', 'SELECT 1;');
    const tree = diskTree(root);
    expect(tree.read('one.sql')).toBe('SELECT 1;');
    put('one.sql', 'SELECT 2;');
    expect(tree.read('one.sql')).toBe('SELECT 1;');
  });
});

describe('an overlay', () => {
  it('adds a file, and the folders on the way to it, or stands before one', () => {
    const base = memoryTree({ 'db/001.sql': 'SELECT 1;' });
    const tree = overlay(overlay(base, 'db/002.sql', 'SELECT 2;'), 'new/deep/x.sql', 'SELECT 3;');
    expect(tree.list('db').map(({ name }) => name)).toEqual(['001.sql', '002.sql']);
    expect(tree.list('')).toEqual([{ name: 'db', type: 'folder' }, { name: 'new', type: 'folder' }]);
    expect(tree.list('new/deep')).toEqual([{ name: 'x.sql', type: 'file' }]);
    expect(tree.read('new/deep/x.sql')).toBe('SELECT 3;');
    expect(overlay(base, 'db/001.sql', 'SELECT 9;').read('db/001.sql')).toBe('SELECT 9;');
  });
});

describe('patterns', () => {
  const tree = memoryTree(Object.fromEntries(['a/1.sql', 'a/2.sql', 'a/b/3.sql', 'a/b/c/4.sql', 'a/node_modules/5.sql', 'x.sql', 'a/readme.md'].map((path) => [path, ''])));
  const found = (pattern: string): readonly string[] => expand(pattern, tree, (folder) => !folder.endsWith('node_modules'));

  it.each([
    ['a/*.sql', ['a/1.sql', 'a/2.sql']],
    ['a/[12].sql', ['a/1.sql', 'a/2.sql']],
    ['a/[!1].sql', ['a/2.sql']],
    ['a/?.{md,sql}', ['a/1.sql', 'a/2.sql']],
    ['**/*.sql', ['a/1.sql', 'a/2.sql', 'a/b/3.sql', 'a/b/c/4.sql', 'x.sql']],
    ['a/**/c/*.sql', ['a/b/c/4.sql']],
    ['./a/b/**', ['a/b/3.sql', 'a/b/c/4.sql']],
    ['{a/b,.}/*.sql', ['a/b/3.sql', 'x.sql']],
    ['a/b*', ['a/b/3.sql', 'a/b/c/4.sql']],
    ['nothing/*.sql', []],
  ])('%s', (pattern, expected) => {
    expect(found(pattern)).toEqual(expected);
  });

  it('take time proportional to what they are compared with', async () => {
    expect(await growth((times) => { expect(matchesSegment(`${'*a'.repeat(500 * times)}b`, 'a'.repeat(8000))).toBe(false); })).toBeLessThan(LINEAR);
    expect(alternatives('{a,b}'.repeat(40)).length).toBeLessThanOrEqual(256);
  });

  it('never fail, whatever they are', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (pattern, name) => typeof matchesSegment(pattern, name) === 'boolean' && Array.isArray(expand(pattern, tree, () => true))), cases(100));
  });
});

describe('.gitignore', () => {
  it('leaves out folders by name, by place and by exception, also from further down', () => {
    const ignored = gitignore(
      memoryTree({ '.gitignore': '# comment\nbuild/\n/only-here\n*.cache\nlogs/*\n!logs/keep\ndocs/**/drafts\n', 'sub/.gitignore': 'inner\r\n', 'sub/inner/x.sql': '' }),
    );
    const verdicts = Object.fromEntries(
      ['build', 'deep/build', 'only-here', 'deep/only-here', 'x.cache', 'logs/old', 'logs/keep', 'docs/a/b/drafts', 'sub/inner', 'inner', 'src'].map((folder) => [folder, ignored(folder)]),
    );
    expect(verdicts).toEqual({
      build: true,
      'deep/build': true,
      'only-here': true,
      'deep/only-here': false,
      'x.cache': true,
      'logs/old': true,
      'logs/keep': false,
      'docs/a/b/drafts': true,
      'sub/inner': true,
      inner: false,
      src: false,
    });
  });
});
