// Writes rules/index.ts: every rule file of the folder, in order of name.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../rules/', import.meta.url);

export function rulesIndex() {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
    .map((name) => name.slice(0, -3))
    .sort();
  const camel = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  return [
    '// Generated from the files of this folder; never edited.',
    "import type { Rule } from '../src/rule.ts';",
    ...names.map((name) => `import ${camel(name)} from './${name}.ts';`),
    '',
    'export const rules: readonly Rule[] = [',
    ...names.map((name) => `  ${camel(name)},`),
    '];',
    '',
  ].join('\n');
}

export function writeRulesIndex() {
  const file = new URL('index.ts', folder);
  const content = rulesIndex();
  let current = '';
  try {
    current = readFileSync(file, 'utf8');
  } catch {
    // First time.
  }
  if (current !== content) writeFileSync(file, content);
}

if (import.meta.url === `file://${process.argv[1]}`) writeRulesIndex();
