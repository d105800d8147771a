import type { Catalog } from '../catalog/catalog.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { trackUnits } from '../effects/units.ts';
import { NO_EFFECTS } from '../effects/vocabulary.ts';
import type { Script } from '../ir/migration.ts';
import { lineIndex } from '../source/text.ts';
import type { Refusal, Sent } from './run-script.ts';
import { runScript } from './run-script.ts';
import type { Server } from './server.ts';
import type { Workplace } from './workplace.ts';

export interface ReplayOptions {
  /** Follows what the server accepted; absent: nobody needs it. */
  readonly catalog?: Catalog;
  readonly dialect: Dialect;
  /** Runs before the history: what the project expects to find. */
  readonly setup?: Script;
  /** The scripts that will run later; the roles that they name have to be there. */
  readonly later?: readonly Script[];
  /** Called after each script. */
  readonly progress?: () => void;
}

/**
 * Runs a history. What this server refuses (an extension that it lacks, a role of another world) is left out and told, one
 * line each: what is to be judged comes later.
 */
export async function replay(workplace: Workplace, history: readonly Script[], options: ReplayOptions): Promise<readonly string[]> {
  const { catalog, dialect, setup, later = [], progress } = options;
  const notes: string[] = [];
  const scripts = setup === undefined ? history : [setup, ...history];
  if (!workplace.shared) await makeRoles(await workplace.freshSession(), [...scripts, ...later], notes);
  for (const [number, script] of scripts.entries()) {
    const session = await workplace.freshSession();
    const refused = new Set<number>();
    await runScript(session, script, {
      shared: workplace.shared,
      forgive: (refusal) => forgive(session, refusal, workplace, refused, notes),
      leaveOut: (sent, why) => {
        notes.push(`${place(sent)} was left out: it ${why}.`);
        refused.add(sent.index);
      },
    });
    if (catalog !== undefined) follow(catalog, script, number, refused, { dialect, version: workplace.version });
    progress?.();
  }
  return notes;
}

async function forgive(session: Server, refusal: Refusal, workplace: Workplace, refused: Set<number>, notes: string[]): Promise<'again' | 'without'> {
  const made = workplace.shared ? undefined : missingRole(refusal);
  const sql = made !== undefined ? `CREATE ROLE ${quoted(made)}` : missingSchema(refusal) !== undefined ? `CREATE SCHEMA ${quoted(missingSchema(refusal) ?? '')}` : undefined;
  if (sql !== undefined) {
    await session.exec(sql);
    notes.push(`${sql.replace(/^CREATE (\w+) /, (_, what: string) => `${what === 'ROLE' ? 'Role' : 'Schema'} `)} was made: ${place(refusal.sent)} expects it, and no migration creates it.`);
    return 'again';
  }
  notes.push(`${place(refusal.sent)} was left out, the server refused it: ${refusal.message}.`);
  refused.add(refusal.sent.index);
  return 'without';
}

const missingRole = ({ code, message }: Refusal): string | undefined => (code === '42704' ? /^role "([^"]+)" does not exist$/.exec(message)?.[1] : undefined);
const missingSchema = ({ code, message }: Refusal): string | undefined => (code === '3F000' ? /^schema "([^"]+)" does not exist$/.exec(message)?.[1] : undefined);

/** Roles belong to the server, so that projects expect them rather than create them. */
async function makeRoles(session: Server, scripts: readonly Script[], notes: string[]): Promise<void> {
  const named = new Set<string>();
  const created = new Set<string>();
  for (const { operations } of scripts.flatMap(({ statements }) => statements)) {
    for (const operation of operations) {
      if (operation.kind === 'grant') for (const role of operation.grantees) named.add(role);
      else if (operation.kind === 'setOwner') named.add(operation.owner);
      else if (operation.kind === 'createPolicy') for (const role of operation.roles) named.add(role);
      else if (operation.kind === 'roleChange' && operation.change === 'createRole') for (const role of operation.roles) created.add(role);
    }
  }
  const there = new Set((await session.query('SELECT rolname::text AS name FROM pg_catalog.pg_roles')).map(({ name }) => name));
  const missing = [...named].filter((role) => !created.has(role) && !there.has(role) && !NO_ROLES.test(role));
  for (const role of missing) await session.exec(`CREATE ROLE ${quoted(role)}`);
  if (missing.length > 0) notes.push(`Roles that no migration creates were made: ${missing.join(', ')}.`);
}

const NO_ROLES = /^(?:|public|current_user|current_role|session_user|pg_.*)$/i;

function follow(catalog: Catalog, script: Script, migration: number, refused: ReadonlySet<number>, { dialect, version }: { readonly dialect: Dialect; readonly version: number }): void {
  catalog.newSession();
  const units = trackUnits(script, catalog, dialect.stronger);
  script.statements.forEach((statement, index) => {
    const unit = units.enter(statement);
    const origin = { migration, unit: unit?.id ?? null };
    const operations = refused.has(index) ? [] : dialect.unfold(statement, { catalog, version, origin, text: script.text }).operations;
    for (const operation of operations) catalog.apply(operation, origin);
    units.leave(statement, index, NO_EFFECTS, NONE);
  });
  if (units.finish() !== undefined) catalog.endTransaction();
}

const NONE: ReadonlySet<string> = new Set();

/** `path:line` of a statement. */
export const place = ({ script, statement }: Sent): string => `${script.path}:${String(lineIndex(script.text).position(statement.span.start).line)}`;

/** An identifier as it has to stand in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The extensions that the scripts will ask for. */
export function extensionsIn(scripts: readonly Script[]): readonly string[] {
  const operations = scripts.flatMap(({ statements }) => statements.flatMap((statement) => statement.operations));
  return [...new Set(operations.flatMap((operation) => (operation.kind === 'createExtension' ? [operation.extension] : [])))];
}
