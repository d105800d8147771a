// npm run new rule <name>, npm run new framework <name>: the files that its author fills in, in the form of the others.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const rule = (name) => ({
  [`rules/${name}.ts`]: `import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: '${name}',
  summary: 'what is wrong, as a clause that a list of rules can show',
  severity: 'warning',
  category: 'compatibility',
  on: ['createTable'],
  recommended: true,
  why: 'What happens on the server or in the code that is running, in a sentence or two, and why it matters.',
  references: [{ title: 'PostgreSQL: CREATE TABLE', url: 'https://www.postgresql.org/docs/current/sql-createtable.html' }],
  check: (op, { name }) => (op.table.name === 'example' ? { relation: name(op.table) } : undefined),
  message: ({ relation }) => \`What happens to \${relation}.\`,
  advice: () => 'What to do instead.',
});
`,
  [`fixtures/rules/${name}/unsafe.sql`]: `CREATE TABLE example (id bigint PRIMARY KEY); -- expect: ${name}\n`,
  [`fixtures/rules/${name}/safe.sql`]: 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
});

const framework = (name) => ({
  [`src/frameworks/${name}/index.ts`]: `import type { Framework } from '../framework.ts';
import { history, twoWay } from '../shared/history.ts';
import { naturalCompare } from '../shared/order.ts';
import { baseName, isSql, fileNames, join } from '../shared/paths.ts';

/** What the tool does with the files, in a sentence. */
const framework: Framework = {
  name: '${name}',
  title: '${name}',
  recognise: (folder, tree) => (fileNames(tree, folder).includes('${name}.toml') ? 90 : 0),
  read(folder, tree) {
    const files = fileNames(tree, folder).filter(isSql).sort(naturalCompare);
    const drafts = files.map((file) => {
      const path = join(folder, file);
      const text = tree.read(path) ?? '';
      return twoWay({ path, name: baseName(file), text, up: [{ start: 0, end: text.length }], transaction: { up: { wrap: 'script' }, down: { wrap: 'script' } } });
    });
    return history({ framework: framework.name, folder, drafts, downs: 'never' });
  },
};

export default framework;
`,
  [`fixtures/frameworks/${name}/project/migrations/${name}.toml`]: '',
  [`fixtures/frameworks/${name}/project/migrations/1_users.sql`]: 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
});

const KINDS = {
  rule: [rule, /^(?:no|require|prefer)-[a-z0-9-]+$/, 'Say in the rule and in its fixtures what you mean, then npm test: it writes the index, the page and the catalogue, to be committed with them.'],
  framework: [framework, /^[a-z][a-z0-9-]*$/, 'Put it into src/frameworks/registry.ts, then npx vitest run test/frameworks.test.ts: it writes expected.json where there is none. See that it is what the tool does.'],
};

const [kind = '', name = ''] = process.argv.slice(2);
const [build, pattern, next] = Object.hasOwn(KINDS, kind) ? KINDS[kind] : [];
if (build === undefined || !pattern.test(name)) {
  console.error('npm run new rule no-…|require-…|prefer-…\nnpm run new framework <name>');
  process.exit(2);
}
const files = Object.entries(build(name));
const taken = files.find(([path]) => existsSync(path));
if (taken !== undefined) {
  console.error(`${taken[0]} is there already.`);
  process.exit(2);
}
for (const [path, text] of files) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(path);
}
console.log(next);
