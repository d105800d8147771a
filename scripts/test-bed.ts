import { added, NO_CHANGES, treeWith } from '../src/fix/world.ts';
import type { Workshop } from '../src/fix/lint-run.ts';
import type { FileChange } from '../src/frameworks/framework.ts';
import { isSame } from '../src/frameworks/shared/writing.ts';
import type { Script } from '../src/ir/migration.ts';
import type { LintHistory } from '../src/replay/history.ts';
import { readScript } from '../src/read.ts';
import type { EmbeddedServer } from '../src/servers/embedded.ts';
import { runScript } from '../src/servers/run-script.ts';
import { COLUMN_ORDER, compareSchemas, snapshotSchema } from '../src/servers/schema-snapshot.ts';
import type { SchemaSnapshot } from '../src/servers/schema-snapshot.ts';
import type { Scratch } from '../src/servers/scratch.ts';
import { createScratch } from '../src/servers/scratch.ts';
import { fillTables } from '../src/servers/verify/fill.ts';

/** A database that a history makes, one migration after the other, and on whose copies others are tried. */
export interface TestBed {
  /** Runs a migration of the history. */
  readonly advance: (script: Script) => Promise<void>;
  /** Runs changed files on a copy; answers with what goes wrong that did not with the original, and whether the server refuses part of that, too. */
  readonly carryOut: (workshop: Workshop, entry: LintHistory, index: number, files: readonly FileChange[]) => Promise<{ readonly refused: readonly string[]; readonly differences: readonly string[]; readonly partly: boolean }>;
  readonly close: () => Promise<void>;
}

/** `rendered`: what is sent in place of what is written. */
export async function testBed(server: EmbeddedServer, rendered: Rendered): Promise<TestBed> {
  const base = await createScratch(server);
  return {
    async advance(script) {
      await onto(base, [script], rendered);
    },
    async carryOut(workshop, entry, index, files) {
      const tree = treeWith(workshop.tree, added(NO_CHANGES, files));
      const same = (one: LintHistory): boolean => one.history.folder === entry.history.folder && one.history.framework === entry.history.framework;
      const after = (await workshop.discover(tree)).find(same)?.history.migrations ?? [];
      const original = entry.history.migrations[index];
      if (original === undefined || after.length === 0) return { refused: ['The migrations are not found again.'], differences: [], partly: false };
      const changed = after.findIndex((one) => !entry.history.migrations.slice(0, index).some((old) => isSame(old, one)));
      const scripts = after.slice(changed).map(({ up }) => readScript(up, entry, tree));
      const before = readScript(original.up, entry, workshop.tree);
      let filled = await base.clone();
      try {
        const named = tablesIn(before);
        const session = await filled.connect();
        await fillTables(session, { round: 0, only: ({ sql }) => named.has(sql.replace(/^.*\./, '').replaceAll('"', '')) }).finally(() => session.close());
        let then = await result(filled, [before], rendered);
        if (then.refused.length > 0) {
          // These rows are none that the migration was made for, or the history does not make what it is about.
          await filled.drop();
          filled = await base.clone();
          then = await result(filled, [before], rendered);
        }
        const now = await result(filled, scripts, rendered);
        const known = new Set(then.refused.map(({ message }) => message));
        const partly = then.refused.length > 0;
        // Where the history does not make all that it is about, what is missing is met elsewhere first, and what could not be made is missed later.
        const isKnown = ({ message }: Refused): boolean => known.has(message) || (partly && /does not exist$/.test(message));
        const refused = now.refused.filter((one) => !isKnown(one)).map(({ message, sql }) => `${message}: ${sql}`);
        if (refused.length > 0 || partly) return { refused, differences: [], partly };
        const ends = compareSchemas(then.schema, now.schema).filter(({ facets }) => facets.join() !== COLUMN_ORDER);
        // The moment it ran at stays in a view over 'now'::timestamp, as in all that was drawn at random: the original ends otherwise each time, too.
        const unsteady = ends.length === 0 ? [] : compareSchemas(then.schema, (await result(filled, [before], rendered)).schema);
        const differences = ends.filter((one) => !unsteady.some(({ object, difference, facets }) => object === one.object && difference === one.difference && one.facets.every((facet) => facets.includes(facet))));
        return { refused, differences: differences.map(({ difference, object, detail }) => `schema: ${object} ${difference} ${detail ?? ''}`), partly };
      } finally {
        await filled.drop();
      }
    },
    close: () => base.drop(),
  };
}

type Rendered = (sql: string) => string;

type Refused = Readonly<Record<'message' | 'sql', string>>;

async function result(template: Scratch, scripts: readonly Script[], rendered: Rendered): Promise<{ readonly refused: readonly Refused[]; readonly schema: SchemaSnapshot }> {
  const copy = await template.clone();
  try {
    const refused = await onto(copy, scripts, rendered);
    const session = await copy.connect();
    const schema = await snapshotSchema(session).finally(() => session.close());
    return { refused, schema };
  } finally {
    await copy.drop();
  }
}

/** Runs scripts, each in a session of its own; what the server refuses is left out and told. */
async function onto(scratch: Scratch, scripts: readonly Script[], rendered: Rendered): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  for (const script of scripts) {
    const session = await scratch.connect();
    try {
      const atEnd = await runScript({ ...session, exec: (sql) => session.exec(rendered(sql)) }, script, {
        async forgive({ code, message, sent }) {
          const role = code === '42704' ? /^role ("[^"]+"|\S+) does not exist$/.exec(message)?.[1] : undefined;
          const schema = code === '3F000' ? /^schema ("(?!pg_)[^"]+"|(?!pg_)[^\s"]+) does not exist$/.exec(message)?.[1] : undefined;
          if (role === undefined && schema === undefined) {
            refused.push({ message, sql: sent.text.replace(/\s+/g, ' ').slice(0, 200) });
            return 'without';
          }
          await session.exec(role === undefined ? `CREATE SCHEMA ${String(schema)}` : `CREATE ROLE ${role}`);
          return 'again';
        },
      });
      if (atEnd !== undefined) refused.push({ message: atEnd.message, sql: 'COMMIT' });
    } finally {
      await session.close();
    }
  }
  return refused;
}

/** Names of the tables that a script is about. */
const tablesIn = ({ statements }: Script): ReadonlySet<string> =>
  new Set(statements.flatMap(({ operations }) => operations.flatMap((operation) => ('table' in operation && typeof operation.table === 'object' ? [operation.table.name] : []))));
