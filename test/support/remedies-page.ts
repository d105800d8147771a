import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFixture } from './lint.ts';

/** The files of a folder by their paths in it. */
export const filesOf = (folder: string): Readonly<Record<string, string>> =>
  existsSync(folder) ? Object.fromEntries(Object.entries(readFixture(folder)).map(([path, text]) => [path.slice(path.indexOf('/') + 1), text])) : {};

/** The page that shows every example: what was written, what is typed, what comes of it. */
export function remediesPage(home: string, folders: readonly string[]): string {
  const parts = folders.map((folder) => example(join(home, folder), folder));
  return [
    '# Remedies',
    '',
    '<!-- Generated from fixtures/remedies; edit those. -->',
    '',
    '`lockkeeper fix` applies what is safe: the same schema in the end, no data touched, no deploy of the application in between. `lockkeeper plan` shows the steps of everything else, and with `--write` creates their files.',
    '',
    ...folders.map((folder) => `- [${titleOf(folder)}](#${titleOf(folder).toLowerCase().replace(/[^a-z0-9 -]/g, '').replaceAll(' ', '-')})`),
    '',
    ...parts,
  ].join('\n');
}

/** `build-index` or `buildIndexConcurrently` as words. */
const titleOf = (folder: string): string => {
  const words = folder.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('-', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function example(home: string, folder: string): string {
  const before = filesOf(join(home, 'before'));
  const after = filesOf(join(home, 'after'));
  const command = existsSync(join(home, 'command.txt')) ? (readFileSync(join(home, 'command.txt'), 'utf8').split('\n').find((line) => line.startsWith('lockkeeper ')) ?? '') : 'lockkeeper fix --all';
  const output = existsSync(join(home, 'output.txt')) ? readFileSync(join(home, 'output.txt'), 'utf8') : '';
  const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
  return [
    `## ${titleOf(folder)}`,
    '',
    ...changed.filter((path) => before[path] !== undefined).map((path) => file('Before', path, before[path] ?? '')),
    '```console',
    `$ ${command}`,
    output.trimEnd(),
    '```',
    '',
    ...changed.map((path) => file(before[path] === undefined ? 'New' : 'After', path, after[path] ?? '')),
  ].join('\n');
}

const file = (what: string, path: string, text: string): string => `${what}, \`${path}\`:\n\n\`\`\`${/\.sql$/.test(path) ? 'sql' : ''}\n${text.trimEnd()}\n\`\`\`\n`;
