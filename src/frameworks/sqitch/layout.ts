import type { FileTree } from '../framework.ts';
import { ancestors, baseName, hasFile, join, parentOf } from '../shared/paths.ts';

/** Where a project of Sqitch has its plan and its scripts. */
export interface Layout {
  readonly plan: string;
  readonly deploy: string;
  readonly revert: string;
  readonly verify: string;
  /** Of the scripts, without the dot. */
  readonly extension: string;
  readonly engine: string | undefined;
}

const CONF = 'sqitch.conf';
const PLAN = 'sqitch.plan';

/** The project whose plan is in the folder: as the nearest configuration says, or as Sqitch has it without one. */
export function layoutIn(folder: string, tree: FileTree): Layout | undefined {
  const at = ancestors(folder).find((candidate) => hasFile(tree, candidate, CONF));
  const said = at === undefined ? [] : layouts(tree.read(join(at, CONF)) ?? '', at);
  const there = said.filter(({ plan }) => hasFile(tree, parentOf(plan) ?? '', baseName(plan)));
  const own = there.find(({ plan }) => parentOf(plan) === folder);
  if (own !== undefined) return own;
  // A plan that no configuration speaks of is one that is not used, unless there is no other.
  return there.length === 0 && hasFile(tree, folder, PLAN) ? layout({ top_dir: '.', engine: said[0]?.engine ?? '' }, folder) : undefined;
}

type Settings = Readonly<Record<string, string>>;

/** That of the section `core`, and of each engine and target that has something of its own. */
function layouts(text: string, at: string): readonly Layout[] {
  const sections = sectionsOf(text);
  const core = sections.find(({ name }) => name === 'core')?.settings ?? {};
  return [core, ...sections.filter(({ name }) => /^(?:engine|target) /.test(name)).map(({ settings }) => ({ ...core, ...settings }))].map((settings) => layout(settings, at));
}

function layout(settings: Settings, at: string): Layout {
  const top = below(at, settings['top_dir'] ?? '.');
  const folder = (kind: string): string => (settings[`${kind}_dir`] === undefined ? join(top, kind) : below(at, settings[`${kind}_dir`] ?? '.'));
  return {
    plan: settings['plan_file'] === undefined ? join(top, PLAN) : below(at, settings['plan_file']),
    deploy: folder('deploy'),
    revert: folder('revert'),
    verify: folder('verify'),
    extension: settings['extension'] ?? 'sql',
    engine: settings['engine'] === undefined || settings['engine'] === '' ? undefined : settings['engine'],
  };
}

/** Paths of the configuration count from its own folder. */
function below(at: string, path: string): string {
  const parts = at === '' ? [] : at.split('/');
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** A configuration in the form that Git's has: `[section "name"]`, `key = value`, `#` and `;` for comments. */
function sectionsOf(text: string): readonly { readonly name: string; readonly settings: Settings }[] {
  const sections: { name: string; settings: Record<string, string> }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*([\w-]+)(?:\s+"([^"]*)")?\s*\]/.exec(line);
    if (header !== null) sections.push({ name: header[2] === undefined ? (header[1] ?? '') : `${header[1] ?? ''} ${header[2]}`, settings: {} });
    const pair = /^\s*([a-z]\w*)\s*=\s*(?:"([^"]*)"|([^#;]*))/i.exec(line);
    const settings = sections.at(-1)?.settings;
    if (pair !== null && settings !== undefined) settings[(pair[1] ?? '').toLowerCase()] = (pair[2] ?? pair[3] ?? '').trim();
  }
  return sections;
}
