import { describe, expect, test } from 'vitest';
import type { Program, Sent } from '../src/hosts/program.ts';
import { entryOf, hostValue, UNDEFINED } from '../src/hosts/typescript/value.ts';
import type { Value } from '../src/hosts/typescript/value.ts';
import { runProgram } from '../src/hosts/typescript/run.ts';
import type { Method } from '../src/hosts/typescript/host.ts';
import { chainPath } from '../src/hosts/typescript/recorder.ts';

/** A runner of our own with one method that sends what it is given. */
const runner = hostValue({
  name: 'runner',
  sends: true,
  methods: new Map<string, Method>([
    [
      'query',
      ([sql], site) => {
        if (sql?.kind === 'text') site.emit({ sql: sql.text, runs: sql.runs });
        else site.opaque(sql?.kind === 'unknown' ? sql.reason : `a ${sql?.kind ?? 'nothing'}`);
        return UNDEFINED;
      },
    ],
    ['type', ([type], site) => void site.emit({ sql: type?.kind === 'chain' ? chainPath(type) : (type?.kind ?? '') })],
    ['transaction', ([callback], site) => site.settled(site.invoke(callback, [runner]))],
    ['exists', (_args, site) => ({ kind: 'unknown', reason: 'the server is asked', span: site.span, source: '', asksExistence: true })],
  ]),
});

const run = (text: string, files: Readonly<Record<string, string>> = {}, path = 'm/1.ts'): Program | undefined =>
  runProgram({ path, text, read: (name) => (name === path ? text : files[name]) }, ({ exports, site }) => {
    const up = entryOf(exports, 'up') ?? entryOf(entryOf(exports, 'default'), 'up');
    if (up === undefined) return false;
    site.settled(site.invoke(up, [runner as Value]));
    return {};
  });

/** What is sent; opaque ones as `? detail`. */
const sent = (text: string, files: Readonly<Record<string, string>> = {}): readonly string[] =>
  run(text, files)?.emissions.map((emission) => ('opaque' in emission ? `? ${emission.detail}` : `${mark(emission)}${emission.sql}`)) ?? [];

const mark = ({ within }: Sent): string => (within === undefined ? '' : within.loop ? 'loop: ' : 'if: ');

const up = (body: string): string => `export async function up(q) { ${body} }`;

describe('what is static is evaluated', () => {
  const same: readonly (readonly [string, string, readonly string[]])[] = [
    ["a library's loop over a list", `import { map } from 'bluebird';\nimport _ from 'lodash';\n${up("await map(['a', 'b'], (t) => q.query(t)); _.each(['c'], (t) => q.query(t))")}`, ['a', 'b', 'c']],
    ['functions that call themselves, with what is unknown', up("const walk = (n) => { for (const c of n.all()) walk(c); return 'x'; }; await q.query('a'); walk(f()); await q.query('b')"), ['a', 'b']],
    ['templates and constants', up('const t = `users`; await q.query(`drop table ${t}`)'), ['drop table users']],
    ['sums of texts and numbers', up("await q.query('a' + 1 + 'b' + (2 + 3))"), ['a1b5']],
    ['lists that are joined', up("await q.query(['a', 'b'].map((x) => `${x}!`).join(', '))"), ['a!, b!']],
    ['loops over lists', up("for (const t of ['a', 'b']) await q.query(t); for (let i = 0; i < 2; i++) await q.query('n' + i)"), ['a', 'b', 'n0', 'n1']],
    ['forEach, Promise.all and map', up("['a'].forEach((x) => q.query(x)); await Promise.all(['b', 'c'].map((x) => q.query(x)))"), ['a', 'b', 'c']],
    ['destructuring with defaults', up("const { a, b: [c], d = 'z', ...rest } = { a: 'x', b: ['y'], e: 'w' }; await q.query(a + c + d + rest.e)"), ['xyzw']],
    ['spreads', up("const o = { ...{ a: 'x' }, b: 'y' }; await q.query([...Object.values(o), 'z'].join(''))"), ['xyz']],
    ['conditions', up("await q.query(1 < 2 ? 'a' : 'b'); if (!['x'].includes('x')) await q.query('c'); else await q.query('d')"), ['a', 'd']],
    ['switch', up("switch ('b') { case 'a': await q.query('a'); break; case 'b': await q.query('b'); default: await q.query('c') }"), ['b', 'c']],
    ['local functions and methods', `const h = (q, t) => q.query('h ' + t); class A { t = 'f'; static s = 's'; async m(q) { await q.query(this.t + A.s) } }\n${up("await h(q, 'x'); await new A().m(q)")}`, ['h x', 'fs']],
    ['inheritance', `class B { name = 'b'; async go(q) { await q.query(this.name) } } class C extends B { constructor() { super(); this.name = 'c' } async go(q) { await super.go(q); await q.query('own') } }\n${up('await new C().go(q)')}`, ['c', 'own']],
    ['then chains', up("return q.query('a').then(() => q.query('b')).then(() => { return q.query('c') })"), ['a', 'b', 'c']],
    ['callbacks of the runner', up("await q.transaction(async (t) => { await t.query('in') })"), ['in']],
    ['enums and casts', `enum E { A = 'x', B = <any>'y' }\n${up('await (q as any)!.query(E.A + (E.B satisfies string))')}`, ['xy']],
    ['object methods', `const o = { t: 'x', async go(q) { await q.query(this.t) } };\n${up('await o.go(q)')}`, ['x']],
    ['chains of packages', `import { D } from 'lib';\n${up('await q.type(D.STRING(2).BINARY)')}`, ['D.STRING']],
    ['maps and sets', up("for (const [k, v] of new Map([['a', 'b']])) await q.query(k + v); for (const x of new Set(['a', 'a'])) await q.query(x)"), ['ab', 'a']],
    ['while with a counter', up("let i = 0; while (i < 3) { i++; if (i === 2) continue; await q.query('i' + i) }"), ['i1', 'i3']],
    ['try', up("try { await q.query('a') } catch { await q.query('b') } finally { await q.query('c') }"), ['a', 'c']],
    ['what throws ends', up("await q.query('a'); throw new Error('x'); await q.query('b')"), ['a']],
    ['trim and replace', up("await q.query(`  a ?  `.trim().replace('?', 'b').toUpperCase())"), ['A B']],
    ['default of the environment', up("await q.query(`${process.env.SCHEMA ?? 'public'}.t`)"), ['public.t']],
  ];
  test.each(same)('%s', (_name, text, expected) => expect(sent(text)).toEqual(expected));

  test('constants and helpers of other files, ES and CommonJS, with cycles', () => {
    const files = {
      'm/lib/names.js': "const b = require('./b'); module.exports = { T: 'users', b };",
      'm/lib/b.js': "const names = require('./names'); exports.x = 'y'; exports.late = () => names.T;",
      'm/help.ts': "import { T } from './lib/names'; export * from './more'; export const add = async (q) => { await q.query(`alter ${T}`) }; export default 'd';",
      'm/more/index.ts': "export const M = 'm'",
    };
    expect(sent(`import d, { add, M } from './help.js'; import * as names from './lib/names';\n${up("await add(q); await q.query(d + M + names.b.x)")}`, files)).toEqual(['alter users', 'dmy']);
  });

  test.each([
    ["module.exports = { up: (q) => q.query('x') }"],
    ["exports.up = async function (q) { await q.query('x') }"],
    ["'use strict'; module.exports = { async up(q) { return q.query('x') } }"],
    ["export default { async up(q: any) { await q.query('x') } }"],
    ["export const up = async (q): Promise<void> => { await q.query('x') }"],
    ["async function up(q) { await q.query('x') }\nmodule.exports = { up, down: null }"],
    ["async function up(q) { await q.query('x') }\nexport { up }"],
    ["Object.defineProperty(exports, '__esModule', { value: true }); exports.up = void 0; const up = async (q) => { await q.query('x') }; exports.up = up;"],
  ])('%s', (text) => expect(sent(text)).toEqual(['x']));
});

describe('what is not static is told', () => {
  test.each([
    [up('await q.query(f())'), ['? `f` is not defined in the files of the migration']],
    [up('await q.query(`drop table ${process.env.T}`)'), ['drop table ${process.env.T}']],
    [up("await q.other('x')"), ['? `other` of runner is not known']],
    [up('await helper(q)'), ['? `helper` is handed the connection, and `helper` is not defined in the files of the migration']],
    [up("if (process.env.X) await q.query('a'); else await q.query('b'); await q.query('c')"), ['? which branch runs depends on `process.env.X`', 'a', 'c']],
    [up("if (!(await q.exists('t'))) { await q.query('create') }"), ['create']],
    [up("const there = await q.exists('t'); if (there) return; await q.query('create')"), ['create']],
    [up("for (const r of await f()) await q.query(`x ${r.id}`)"), ['loop: x ${r.id}']],
    [up("if ((await f()).length > 0) { await q.query('a'); await q.query('b') }"), ['if: a', 'if: b']],
    [up("const rows = await f(); await Promise.all(rows.map((r) => q.query(`x ${r.id}`)))"), ['loop: x ${r.id}']],
    [up("for (const r of await f()) if (r.old) await q.query('x')"), ['loop: x']],
    [up("let t = 'a'; if (f()) t = 'b'; await q.query(t)"), ['? it depends on `f()`']],
    [up("while (true) { const r = f(); if (r.length === 0) break; await q.query('x') }"), ['loop: x']],
    [up("let n; do { const r = await f(); n = r.length; await q.query('x') } while (n > 0); await q.query('y')"), ['loop: x', 'y']],
    [up("let n = 0; do { await q.query('x'); n++ } while (n < 2)"), ['x', 'x']],
    [up("for (let i = 0; ; i++) { await q.query('x'); if (f()) break; await q.query('y') }"), ['loop: x', 'loop: y']],
    [up("for (;;) { await q.query('x'); break }"), ['x']],
  ])('%s', (text, expected) => expect(sent(text)).toEqual(expected));

  test('constants of another package of the repository', () => {
    const files = {
      'package.json': '{ "workspaces": ["packages/*"] }',
      'packages/names/package.json': '{ "name": "@shop/names", "main": "dist/index.js" }',
      'packages/names/src/index.ts': "export * from './tables';",
      'packages/names/src/tables.ts': "export const USERS = 'users';",
    };
    const text = "import { USERS } from '@shop/names';\nexport const up = (q) => q.query(`drop table ${USERS}`);";
    const program = runProgram({ path: 'packages/db/m/1.ts', text, read: (path) => (files as Record<string, string>)[path] }, ({ exports, site }) => {
      site.settled(site.invoke(entryOf(exports, 'up'), [runner as Value]));
      return {};
    });
    expect(program?.emissions.map((emission) => ('sql' in emission ? emission.sql : emission.detail))).toEqual(['drop table users']);
  });

  test('a file without the direction has no program', () => expect(run('exports.down = () => {}')).toBeUndefined());
  test('a file that cannot be read says where', () => {
    expect(run('export async function up(q) { await q.query("x" }')?.emissions[0]).toMatchObject({ opaque: 'syntax' });
  });

  test('loses one call where an argument is missing, as while it is being typed', () => {
    const sent = run('export async function up(q) { await q.query("a"); await q.query(, 1); await q.query("b"); }')?.emissions ?? [];
    expect(sent.map((emission) => ('sql' in emission ? emission.sql : emission.opaque))).toEqual(['a', 'dynamic', 'b']);
  });
  test('a direction that only throws is irreversible', () => expect(run(up("throw new Error('no way back')"))).toMatchObject({ irreversible: 'refuses', emissions: [] }));
});

describe('places', () => {
  test('runs lead into literals through escapes and holes', () => {
    const text = "const T = 'users';\nexport async function up(q) {\n  await q.query(`drop table ${ T } \\u0041`);\n}\n";
    const [emission] = run(text)?.emissions ?? [];
    if (emission === undefined || !('sql' in emission)) throw new Error('nothing is sent');
    expect(emission.sql).toBe('drop table users A');
    expect(emission.runs?.map(({ at, length, span }) => [emission.sql.slice(at, at + length), text.slice(span.start, span.end)])).toEqual([
      ['drop table ', 'drop table '],
      ['users', '${ T }'],
      [' ', ' '],
      ['A', '\\u0041'],
    ]);
    expect(text.slice(emission.call.start, emission.call.end)).toBe('await q.query(`drop table ${ T } \\u0041`)');
  });

  test('what a helper of another file sends is placed at the call that led there', () => {
    const text = "import { h } from './h';\nexport const up = async (q) => { await h(q); };";
    const [emission] = run(text, { 'm/h.ts': "export async function h(q) {\n\n await q.query('x') }" })?.emissions ?? [];
    expect(text.slice(emission?.call.start, emission?.call.end)).toBe('h(q)');
    expect(emission).toMatchObject({ sql: 'x', runs: [] });
  });
});

describe('code of the project that cannot be read', () => {
  const told = '? `User.update` may send something, and `../models` is not among the files that can be read';
  test.each([
    ['waited for', 'await User.update({})'],
    ['returned', 'return User.update({})'],
    ['waited for with others', "await Promise.all(['a'].map((t) => User.update({ t })))"],
    ['waited for later', 'const done = User.update({}); await done'],
    ['followed by another', "return User.update({}).then(() => null)"],
  ])('is told once where it is %s', (_name, body) => expect(sent(`import { User } from '../models';\n${up(body)}`)).toEqual([told]));
});

test('a promise that is rejected ends it', () => {
  expect(sent(up("await q.query('a'); await Promise.reject(new Error('no')); await q.query('b')"))).toEqual(['a']);
  expect(run('export const up = () => Promise.reject(new Error("no"));')).toMatchObject({ irreversible: 'refuses', emissions: [] });
});

test('methods without a body are those of the class that extends it', () => {
  expect(sent("abstract class Base { abstract table(): string; async run(q) { await q.query('drop ' + this.table()); } }\nclass Own extends Base { table() { return 'a'; } }\nexport const up = (q) => new Own().run(q);")).toEqual(['drop a']);
  expect(sent('abstract class Base { abstract run(q): void; }\nexport const up = (q) => new Base().run(q);')).toEqual([]);
});

describe('hostile programs', () => {
  test.each([
    ['endless loops', up('while (true) { q.a }')],
    ['endless recursion', `const f = (x) => f(x + 'a') + f(x);\n${up("await q.query(f('a'))")}`],
    ['deep nesting', up(`await q.query(${'('.repeat(3000)}'a'${')'.repeat(3000)})`)],
    ['long sums', up(`await q.query(${Array.from({ length: 5000 }, () => "'a'").join('+')})`)],
    ['lists that grow while they are read', up("const a = [1]; for (const x of a) { a.push(x); a.push(x) } await q.query('x')")],
    ['texts that double', up("let t = 'aaaaaaaaaa'; for (let i = 0; i < 100; i++) t = t + t; await q.query(t)")],
    ['names of prototypes', up("const o = {}; o.__proto__.x = 1; o['constructor']['prototype'].y = 2; await q.query(String(o.__proto__))")],
    ['getters of what is not there', up('const { a: { b: { c } } } = undefined; await q.query(c)')],
  ])('%s end', (_name, text) => {
    expect(run(text)).toBeDefined();
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

