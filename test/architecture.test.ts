import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What each room may import, by prefix of the path from the root; type-only imports count alike unless listed under `types`. */
const ROOMS: readonly { readonly room: string; readonly may: readonly string[]; readonly types?: readonly string[] }[] = [
  { room: 'src/source/', may: ['src/source/'] },
  { room: 'src/ir/', may: ['src/ir/'], types: ['src/source/'] },
  { room: 'src/catalog/', may: ['src/catalog/', 'src/ir/', 'src/source/'] },
  { room: 'src/effects/', may: ['src/effects/', 'src/ir/', 'src/report/model.ts'], types: ['src/catalog/', 'src/rule.ts'] },
  { room: 'src/dialects/dialect.ts', may: [], types: ['src/catalog/', 'src/effects/', 'src/ir/', 'src/remedy/'] },
  { room: 'src/dialects/postgres/', may: ['src/dialects/postgres/', 'src/dialects/dialect.ts', 'src/effects/', 'src/ir/', 'src/source/', 'src/catalog/'], types: ['src/remedy/'] },
  { room: 'src/remedy/', may: ['src/remedy/'], types: ['src/catalog/', 'src/ir/'] },
  { room: 'src/hosts/', may: ['src/hosts/', 'src/ir/', 'src/source/'], types: ['src/dialects/dialect.ts'] },
  { room: 'src/frameworks/', may: ['src/frameworks/', 'src/hosts/', 'src/ir/', 'src/source/'] },
  { room: 'src/discovery/', may: ['src/discovery/', 'src/frameworks/', 'src/source/', 'src/config/glob.ts'] },
  { room: 'src/config/', may: ['src/config/', 'src/source/'], types: ['src/rule.ts'] },
  { room: 'src/check/', may: ['src/check/', 'src/config/', 'src/effects/', 'src/ir/', 'src/source/', 'src/rule.ts'], types: ['src/catalog/', 'src/dialects/dialect.ts', 'src/report/model.ts'] },
  { room: 'src/report/', may: ['src/report/', 'src/source/', 'src/effects/vocabulary.ts', 'src/effects/held.ts'], types: ['src/'] },
  { room: 'rules/', may: ['src/rule.ts'] },
];

/** Rooms for what contains itself (a query in a query, a call in a call): only there may files call each other in a circle. */
const NESTED = ['src/dialects/postgres/parse/', 'src/dialects/postgres/unfold/', 'src/hosts/typescript/', 'src/frameworks/shared/knex/', 'src/frameworks/kysely/', 'src/frameworks/sequelize/'];

/** Ways in for users. */
const FRONTS = ['src/commands/', 'src/cli.ts', 'src/action/'];

const files = [...walk('src'), ...walk('rules')];

describe('the map of the house', () => {
  for (const { room, may, types = [] } of ROOMS) {
    it(`${room} imports only what it may`, () => {
      const broken: string[] = [];
      for (const file of files.filter((path) => path.startsWith(room) && path !== 'rules/index.ts')) {
        for (const { target, typeOnly } of imports(file)) {
          const allowed = may.some((prefix) => target.startsWith(prefix)) || (typeOnly && types.some((prefix) => target.startsWith(prefix)));
          if (!allowed) broken.push(`${file} → ${target}`);
        }
      }
      expect(broken).toEqual([]);
    });
  }

  it('no framework imports another framework', () => {
    const broken = crossings('src/frameworks/', ['shared']);
    expect(broken).toEqual([]);
  });

  it('no dialect imports another dialect', () => {
    expect(crossings('src/dialects/', [])).toEqual([]);
  });

  it('calls go in no circle, but where what is read contains itself', () => {
    const broken = circles(new Map(files.map((file) => [file, imports(file).flatMap(({ target, typeOnly }) => (typeOnly ? [] : [target]))])));
    expect(broken.filter((circle) => !NESTED.some((room) => circle.every((file) => file.startsWith(room))))).toEqual([]);
  });

  it('nothing but the CLI imports the CLI', () => {
    const broken = files.flatMap((file) => imports(file).filter(({ target }) => target === 'src/cli.ts' || (target.startsWith('src/commands/') && !FRONTS.some((front) => file.startsWith(front)))).map(({ target }) => `${file} → ${target}`));
    expect(broken).toEqual([]);
  });

  it('only discovery, the configuration, the commands and the servers touch disk, processes or network', () => {
    const allowed = [...FRONTS, 'src/config/', 'src/discovery/', 'src/reading/', 'src/servers/', 'src/fix/write', 'src/eslint/project.ts'];
    const broken = files.filter(
      (file) => !allowed.some((prefix) => file.startsWith(prefix)) && /from '(?:node:)?(?:fs|fs\/promises|child_process|net|http|https|worker_threads)'/.test(readFileSync(file, 'utf8')),
    );
    expect(broken).toEqual([]);
  });
});

function crossings(parent: string, shared: readonly string[]): string[] {
  const room = (path: string): string | undefined => {
    const [first = '', ...rest] = path.slice(parent.length).split('/');
    return rest.length > 0 && !shared.includes(first) ? first : undefined;
  };
  return files
    .filter((file) => file.startsWith(parent) && room(file) !== undefined)
    .flatMap((file) =>
      imports(file)
        .filter(({ target }) => target.startsWith(parent) && room(target) !== undefined && room(target) !== room(file))
        .map(({ target }) => `${file} → ${target}`),
    );
}

/** Groups of files each of which leads to all the others of its group (Tarjan's strongly connected components). */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const numbers = new Map<string, number>();
  const open: string[] = [];
  const lowest = (file: string): number => {
    const number = numbers.size;
    numbers.set(file, number);
    open.push(file);
    let low = number;
    for (const target of graph.get(file) ?? []) {
      if (!numbers.has(target)) low = Math.min(low, lowest(target));
      else if (open.includes(target)) low = Math.min(low, numbers.get(target) ?? low);
    }
    if (low === number) {
      const group = open.splice(open.indexOf(file));
      if (group.length > 1) found.push(group);
    }
    return low;
  };
  for (const file of graph.keys()) if (!numbers.has(file)) lowest(file);
  return found;
}

function imports(file: string): { target: string; typeOnly: boolean }[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:import|export)(?<type>\s+type)?\s[^;'"]*?from\s+'(?<from>\.[^']+)'|import\('(?<lazy>\.[^']+)'\)/g)].map((match) => ({
    target: normalize(join(dirname(file), match.groups?.from ?? match.groups?.lazy ?? '')),
    typeOnly: match.groups?.type !== undefined,
  }));
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return walk(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}
