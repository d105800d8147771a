import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planJson } from '../src/fix/plan-json.ts';
import { contracts } from './support/contracts.ts';
import { expectGenerated } from './support/generated.ts';
import { carriedOut, commandOf } from './support/remedies/example.ts';
import { filesOf, remediesPage } from './support/remedies-page.ts';

const HOME = 'fixtures/remedies';
const CONTRACTS = contracts('schemas/plan.v1.schema.json');
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
      const { after, output, document } = await carriedOut(before, commandOf(home));
      if (document !== undefined) for (const contract of CONTRACTS) expect(contract(JSON.parse(planJson(document))), JSON.stringify(contract.errors)).toBe(true);
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
