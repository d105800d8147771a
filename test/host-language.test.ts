import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { program } from '../src/frameworks/knex/program.ts';

const FOLDER = 'fixtures/programs/language';

interface Migration {
  readonly up: (knex: { readonly raw: (sql: string) => Promise<object> }) => Promise<void>;
}

describe('what is static is what the language makes of it', () => {
  for (const name of readdirSync(FOLDER)) {
    test(name, async () => {
      const path = join(FOLDER, name);
      const { up } = (await import(pathToFileURL(resolve(path)).href)) as Migration;
      const truth: string[] = [];
      await up({
        raw(sql) {
          truth.push(sql);
          return Promise.resolve({});
        },
      });
      const read = program({ path: 'migrations/20240101000000_a.ts', text: readFileSync(path, 'utf8'), dialect: 'postgres', version: 17, read: () => undefined }, 'up');
      expect(read?.emissions.map((emission) => ('sql' in emission ? emission.sql : `? ${emission.detail}`))).toEqual(truth);
      expect(read?.emissions.filter((emission) => 'sql' in emission && emission.within !== undefined)).toEqual([]);
    });
  }
});
