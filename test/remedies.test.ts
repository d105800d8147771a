import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../src/commands/arguments.ts';
import { parseArguments } from '../src/commands/arguments.ts';
import { isChange } from '../src/commands/change-specs.ts';
import { backOf, changeAsked, plannedChange } from '../src/commands/plan-change.ts';
import { COMMANDS } from '../src/commands/specs.ts';
import type { Workshop } from '../src/fix/lint-run.ts';
import { lineIndex } from '../src/source/text.ts';
import { fixText } from '../src/fix/outcome.ts';
import { planDocument } from '../src/fix/plan-document.ts';
import { planText } from '../src/fix/plan-text.ts';
import { planFor } from '../src/fix/planner.ts';
import type { Files, FixFilesOptions } from './support/fix.ts';
import { fixedFiles, fixFiles, workshopOf } from './support/fix.ts';
import { expectGenerated } from './support/generated.ts';
import { filesOf, remediesPage } from './support/remedies-page.ts';
import { wordsOf } from './support/words.ts';

const HOME = 'fixtures/remedies';
const folders = existsSync(HOME) ? readdirSync(HOME, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name) : [];

/**
 * Each folder is an example: `before/` is a project, `command.txt` what is typed in it (`lockkeeper fix --all` when it is missing), `after/` and
 * `output.txt` are generated and checked. A first line `dialect=postgres@14` of the command's file sets the server.
 */
describe('remedies', () => {
  for (const folder of folders) {
    it(`${folder}: before, after and what the command says`, async () => {
      const home = join(HOME, folder);
      const before = filesOf(join(home, 'before'));
      const { after, output } = await carriedOut(before, commandOf(home));
      for (const path of Object.keys(filesOf(join(home, 'after')))) if (after[path] === undefined || after[path] === before[path]) rmSync(join(home, 'after', path));
      for (const [path, text] of Object.entries(after)) if (text !== before[path]) expectGenerated(join(home, 'after', path), text);
      expectGenerated(join(home, 'output.txt'), output);
    });

    it(`${folder}: a second run changes nothing`, async () => {
      const home = join(HOME, folder);
      const command = commandOf(home);
      if (command.words[0] !== 'fix') return;
      const before = filesOf(join(home, 'before'));
      const { after } = await carriedOut(before, command);
      expect((await carriedOut(after, command)).after).toEqual(after);
    });
  }

  it.runIf(folders.length > 0)('the page of remedies is current', () => {
    expectGenerated('docs/remedies.md', remediesPage(HOME, folders));
  });
});

interface Command {
  readonly words: readonly string[];
  readonly plan: OptionValues<typeof COMMANDS.plan.options>;
  readonly options: FixFilesOptions;
}

function commandOf(home: string): Command {
  const file = join(home, 'command.txt');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : ['lockkeeper fix --all'];
  const version = /^dialect=postgres@(\d+)$/.exec(lines[0] ?? '')?.[1];
  const [name = '', ...rest] = wordsOf(lines.find((line) => line.startsWith('lockkeeper ')) ?? '').slice(1);
  if (name === 'fix') return { words: [name, ...rest], plan: {}, options: { ...(version === undefined ? {} : { version: Number(version) }) } };
  const { operands, options: plan } = parseArguments(rest, COMMANDS.plan.options, 'plan');
  const back = backOf(plan.back);
  return { words: [name, ...operands], plan, options: { ...(version !== undefined && { version: Number(version) }), ...(plan.sync === 'trigger' && { sync: plan.sync }), ...(back !== undefined && { back }), ...(plan.value !== undefined && { value: plan.value }) } };
}

const shownPath = (path: string): string => path;
const color = pc.createColors(false);

async function carriedOut(files: Files, { words, plan, options }: Command): Promise<{ readonly after: Files; readonly output: string }> {
  if (words[0] === 'fix') {
    const result = await fixFiles(files, { ...options, suggestions: words.includes('--suggestions') });
    return { after: fixedFiles(files, result), output: fixText({ ...result, dryRun: false, failed: [], shownPath }, { color }) };
  }
  const workshop = await workshopOf(files, options);
  const planned = plan.sql !== undefined || isChange(words[1]) ? await plannedChange(plan.sql ?? changeAsked(words.slice(1), plan), workshop, await workshop.discover(workshop.tree)) : await plannedFile(files, words[1] ?? '', workshop);
  expect(planned.sets.flatMap(({ set }) => (typeof set === 'string' ? [set] : []))).toEqual([]);
  const document = planDocument(planned.sets, planned.refused, planned.files.map(({ path: file, before }) => ({ path: file, isNew: before === null })));
  return { after: fixedFiles(files, planned), output: planText(document, { color, width: 100, shownPath }) };
}

function plannedFile(files: Files, operand: string, workshop: Workshop): ReturnType<typeof planFor> {
  const [path = '', line] = operand.split(':');
  const wanted = ({ path: at, span, direction, severity }: { path: string; span: { start: number }; direction: string; severity: string }): boolean =>
    at === path && direction === 'up' && (line === undefined ? severity !== 'info' : lineIndex(files[path] ?? '').position(span.start).line === Number(line));
  return planFor(workshop, wanted, new Set([path]));
}
