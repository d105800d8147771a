import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findConfig } from '../config/load.ts';
import { reason, userError } from '../config/errors.ts';
import { counted } from '../source/words.ts';
import type { OptionValues } from './arguments.ts';
import type { Located } from './histories.ts';
import { locate } from './histories.ts';
import { openProject } from './project.ts';
import type { VersionHint } from './survey.ts';
import { lowestOf, versionHints } from './survey.ts';
import type { INIT } from './team-specs.ts';
import type { Terminal } from './terminal.ts';
import { complain, isTerminal, print } from './terminal.ts';
import { version } from '../version.ts';

const CONFIG_FILE = 'lockkeeper.config.yaml';
const HOOK_FILE = '.pre-commit-config.yaml';
const WORKFLOW_FILE = '.github/workflows/lockkeeper.yml';

/** Answers with 0 when everything is in place, 2 when it could not ask or write. */
export async function initCommand(options: OptionValues<typeof INIT.options>, { color }: Terminal): Promise<number> {
  const project = await openProject([], { configFile: false, stdinPath: undefined, statsFile: false });
  const { root, tree } = project;
  const located = await locate(project);
  const hints = versionHints(tree);
  const found = lowestOf(hints, located.histories[0]?.dialect.versions ?? []);
  print(`${color.bold('Found')}\n${told(located, hints).map((line) => `  ${line}`).join('\n')}\n\n`);

  const interactive = options.yes !== true && isTerminal(1) && process.stdin.isTTY;
  if (!interactive && options.yes !== true) {
    complain('Nothing written: there is no terminal to ask on. Take all defaults with lockkeeper init --yes');
    return 2;
  }
  const ask = interactive ? await asker() : undefined;
  const wanted = async (question: string, byDefault: boolean): Promise<boolean> => (ask === undefined ? byDefault : ask.yes(question, byDefault));

  const present = findConfig(root);
  if (present !== undefined) print(`${present} is there already and stays as it is.\n`);
  else if (await wanted(`Write ${CONFIG_FILE}?`, true)) create(root, CONFIG_FILE, configText(found, located));
  if (await wanted(`Write ${HOOK_FILE}, a hook that lints what is staged?`, options.hook === true)) create(root, HOOK_FILE, HOOK);
  if (await wanted(`Write ${WORKFLOW_FILE}, which comments on pull requests?`, options.workflow === true)) create(root, WORKFLOW_FILE, WORKFLOW);
  ask?.end();
  print(`\nNext: ${color.cyan('lockkeeper lint')}, and where it finds too much that is old: ${color.cyan('lockkeeper baseline')}\n`);
  return 0;
}

function told({ histories, notices }: Located, hints: readonly VersionHint[]): readonly string[] {
  const migrations = histories.map(({ history: { folder, framework, migrations: list }, dialect }) => `${counted(list.length, 'migration')} of ${framework} in ${folder === '' ? 'this folder' : folder} (${dialect.name})`);
  const servers = hints.map(({ file, engine, version: major }) => `${engine}${major === undefined ? '' : ` ${String(major)}`}, named in ${file}`);
  return [...(migrations.length === 0 ? ['no migrations that are recognised'] : migrations), ...(servers.length === 0 ? ['no file that names the version of the server'] : servers), ...notices];
}

function configText(found: VersionHint | undefined, { histories }: Located): string {
  const last = histories[0]?.history.migrations.at(-1);
  return `# yaml-language-server: $schema=./node_modules/lockkeeper/schemas/lockkeeper.config.schema.json

${found === undefined ? '# Engine and major version of the oldest server that the migrations run on.\n# dialect: postgres@16' : `# The oldest server that the migrations run on (found in ${found.file}).\ndialect: postgres@${String(found.version)}`}

# What is reported: recommended (the default), hygiene, strict.
# extends: [recommended, hygiene]

# Migrations up to this one are replayed but not reported.
# startAfter: "${(last?.version ?? last?.name ?? '20240101000000').replace(/[\\"\r\n]/g, '')}"

# What is known about tables: small ones are quieter, large and hot ones louder. "lockkeeper stats" asks the database.
# tables:
#   orders: { rows: 50000000, hot: true }

# Session settings that the runner of the migrations makes by itself.
# settings:
#   lock_timeout: 5s
`;
}

const HOOK = `repos:
  - repo: https://github.com/OWNER/lockkeeper # whoever publishes the release that you use
    rev: v${version}
    hooks:
      - id: lockkeeper
`;

const WORKFLOW = `name: Migrations
on: pull_request
permissions:
  contents: read
  pull-requests: write # for the comment
jobs:
  lockkeeper:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          fetch-depth: 0 # to know what the branch has brought
      - uses: OWNER/lockkeeper@v${version.split('.')[0] ?? '1'} # whoever publishes the release that you use
`;

/** Never over something that is there. */
function create(root: string, name: string, text: string): void {
  const path = join(root, name);
  if (existsSync(path)) {
    print(`${name} is there already and stays as it is. What would have been written:\n\n${text}\n`);
    return;
  }
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    throw userError(`Cannot write ${name}: ${reason(error)}.`);
  }
  print(`Wrote ${name}.\n`);
}

async function asker(): Promise<{ yes(question: string, byDefault: boolean): Promise<boolean>; end(): void }> {
  const { createInterface } = await import('node:readline/promises');
  const input = createInterface({ input: process.stdin, output: process.stdout });
  return {
    async yes(question, byDefault) {
      const answer = (await input.question(`${question} [${byDefault ? 'Y/n' : 'y/N'}] `)).trim().toLowerCase();
      return answer === '' ? byDefault : answer.startsWith('y');
    },
    end() {
      input.close();
    },
  };
}
