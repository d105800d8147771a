import type { Method } from '../host.ts';
import { printed } from '../operators.ts';
import type { Value } from '../value.ts';
import { hostValue, list, NULL, record, text, textOf, TRUE, UNDEFINED, unknown } from '../value.ts';

/** The files of the project, by paths that a program has made. */
export interface Disk {
  /** Undefined where it is not among those that can be read. */
  readonly find: FindFile;
  /** Names in a folder; undefined where it is not there. */
  readonly list?: (path: string) => readonly string[] | undefined;
}
type FindFile = (path: string) => string | undefined;

/** Packages of Node with which migrations read files that stand beside them. */
export function nodePackage(name: string, disk: Disk): Value | undefined {
  switch (name) {
    case 'path':
    case 'path/posix':
      return PATH;
    case 'fs':
      return filesWith(disk);
    case 'fs/promises':
      return promisesWith(disk);
    case 'url':
      return record([['fileURLToPath', method('fileURLToPath', ([url]) => url)], ['pathToFileURL', method('pathToFileURL', ([path]) => path)], ['URL', URL_CLASS]]);
    case 'util':
      return record([['promisify', method('promisify', ([callback]) => callback)], ['format', method('format', formatted)], ['inspect', dynamic('util.inspect')]]);
    default:
      return undefined;
  }
}

const method = (name: string, call: Method): Value => hostValue({ name, call });

const dynamic = (name: string): Value => method(name, (_args, site) => unknown(`what \`${name}\` gives is only known when it runs`, site.call, site.source(site.call)));

/** `%s` and `%d`. */
const formatted: Method = ([form, ...args], site) => {
  const given = args.map(printed);
  const known = textOf(form);
  if (known === undefined || given.includes(undefined) || /%[^sdi%]/.test(known)) return unknown('what `util.format` gives is only known when it runs', site.call, site.source(site.call));
  let at = 0;
  const filled = known.replace(/%([sdi%])/g, (all, kind: string) => (kind === '%' ? '%' : (given[at++]?.text ?? all)));
  return text([filled, ...given.slice(at).map((own) => own?.text ?? '')].join(' '));
};

/** Paths count from the root of the project, or from a folder above the migration where they count from the folder the tool runs in. */
const ofParts =
  (name: string, make: (parts: readonly string[]) => string): Method =>
  (args, site) => {
    const parts = args.map((arg) => (arg.kind === 'text' || arg.kind === 'number' ? printed(arg)?.text : undefined));
    const open = args.find((_arg, index) => parts[index] === undefined);
    return open === undefined ? text(make(parts.map(String))) : unknown(open.kind === 'unknown' ? open.reason : `the path \`${name}\` makes is only known when it runs`, site.call, site.source(site.call));
  };

/** Without `.` and `..`. */
export function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split(/[\\/]+/)) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + parts.join('/');
}

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.');

const PATHS: Readonly<Record<string, Method>> = {
  join: ofParts('join', (parts) => plainPath(parts.filter((part) => part !== '').join('/'))),
  resolve: ofParts('resolve', (parts) => plainPath(parts.slice(Math.max(0, parts.findLastIndex((part) => part.startsWith('/')))).join('/'))),
  normalize: ofParts('normalize', ([path = '']) => plainPath(path)),
  dirname: ofParts('dirname', ([path = '']) => folderOf(path)),
  basename: ofParts('basename', ([path = '', ending = '']) => path.slice(path.lastIndexOf('/') + 1).replace(new RegExp(`${ending.replace(/[^\w]/g, '\\$&')}$`), '')),
  extname: ofParts('extname', ([path = '']) => /[^/](\.[^./]*)$/.exec(path)?.[1] ?? ''),
};

const parsed: Method = ([path], site) => {
  const known = textOf(path);
  if (known === undefined) return unknown('the path is only known when it runs', site.call, site.source(site.call));
  const base = known.slice(known.lastIndexOf('/') + 1);
  const ext = /[^/](\.[^./]*)$/.exec(base)?.[1] ?? '';
  return record(Object.entries({ root: known.startsWith('/') ? '/' : '', dir: known.includes('/') ? folderOf(known) : '', base, ext, name: base.slice(0, base.length - ext.length) }).map(([name, own]) => [name, text(own)]));
};

const PATH: Value = hostValue({
  name: 'path',
  methods: new Map([...Object.entries(PATHS), ['parse', parsed]]),
  member: (name, site) => (name === 'sep' ? text('/') : name === 'posix' || name === 'default' ? PATH : unknown(`\`path.${name}\` is not followed`, site.call, site.source(site.call))),
});

/** `new URL('./a.sql', import.meta.url)`, where a file's address is its path. */
export const URL_CLASS: Value = hostValue({
  name: 'URL',
  construct: ([path, base], site) => (path?.kind === 'text' && base?.kind === 'text' && !path.text.includes('://') ? text(plainPath(`${base.text.endsWith('/') ? base.text : folderOf(base.text)}/${path.text}`) + (/(?:^|\/)\.{0,2}$/.test(path.text) ? '/' : '')) : unknown('the address is only known when it runs', site.call, site.source(site.call))),
});

function read(find: FindFile): Method {
  return ([path], site) => {
    const known = textOf(path);
    const found = known === undefined ? undefined : find(known);
    if (found !== undefined) return text(found);
    return unknown(known === undefined ? (path?.kind === 'unknown' ? path.reason : 'which file is read is only known when it runs') : `\`${known}\` is not among the files that can be read`, site.call, site.source(site.call));
  };
}

const names =
  ({ list: all }: Disk): Method =>
  ([path, options], site) => {
    const known = options?.kind === 'record' ? undefined : textOf(path);
    const found = known === undefined ? undefined : all?.(known);
    return found === undefined ? unknown('which files there are is only known when it runs', site.call, site.source(site.call)) : list(found.map((name) => text(name)));
  };

/** What is read goes to the function that comes last, where there is one. */
const calledBack =
  (own: Method): Method =>
  (args, site) => {
    const value = own(args, site) ?? UNDEFINED;
    const last = args.at(-1);
    if (last?.kind === 'function' || last?.kind === 'host') return site.invoke(last, [NULL, value]);
    return value;
  };

const exists = (find: FindFile): Method => ([path], site) => (find(textOf(path) ?? '') !== undefined ? TRUE : unknown('whether the file is there is only known when it runs', site.call, site.source(site.call)));

const others = (name: string, site: Parameters<Method>[1]): Value => dynamic(`${name}.${site.source(site.step)}`);

const promisesWith = (disk: Disk): Value => hostValue({ name: 'fs.promises', methods: new Map([['readFile', read(disk.find)], ['readdir', names(disk)]]), member: (_name, site) => others('fs', site) });

const filesWith = (disk: Disk): Value =>
  hostValue({
    name: 'fs',
    methods: new Map<string, Method>([
      ['readFileSync', read(disk.find)],
      ['readFile', calledBack(read(disk.find))],
      ['readdirSync', names(disk)],
      ['readdir', calledBack(names(disk))],
      ['existsSync', exists(disk.find)],
    ]),
    member: (name, site) => (name === 'promises' ? promisesWith(disk) : name === 'default' ? filesWith(disk) : others('fs', site)),
  });
