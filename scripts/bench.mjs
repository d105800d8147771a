// Times whole processes side by side: Lockkeeper, squawk (from npm) and a bare Node start, in turn, and prints medians and ratios.
// Both use all the cores that they get; on a machine that has other work to do, the processor time says more than the clock.
//
//   npm run bench                    a made history of 2,364 files and 2.6 MB, one small file, one file of 8,000 statements
//   npm run bench -- path/to/sql     a history of your own instead of the made one
//   npm run bench -- eslint          the ESLint plugin over 1,000 migrations, in Knex, Sequelize and SQL, beside lint
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eslintRuns } from './bench-eslint.mjs';

const RUNS = Number(process.env.BENCH_RUNS ?? 7);
const cli = resolve(import.meta.dirname, '../dist/cli.js');
const work = mkdtempSync(join(tmpdir(), 'lockkeeper-bench-'));

try {
  if (!existsSync(cli)) execFileSync(process.execPath, [resolve(import.meta.dirname, 'build.mjs')], { stdio: 'inherit' });
  await (process.argv[2] === 'eslint' ? editor() : main(process.argv[2]));
} finally {
  if (process.env.BENCH_KEEP === undefined) rmSync(work, { recursive: true, force: true });
  else console.log(`kept ${work}`);
}

async function main(own) {
  const history = own === undefined ? madeHistory(2364) : resolve(own);
  const half = own === undefined ? madeHistory(1182) : undefined;
  const files = sqlFiles(history);
  const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
  const small = join(work, 'small', '0001_add_email.sql');
  write(small, 'ALTER TABLE users ADD COLUMN email text;\nCREATE INDEX users_email_idx ON users (email);\n');
  const large = join(work, 'large', '0001_large.sql');
  write(large, Array.from({ length: 1600 }, (_, i) => statementsOf(i + 400)).join('\n'));
  console.log(`Node ${process.version}, ${RUNS} runs each, medians; history: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB\n`);

  const lockkeeper = (...args) => [process.execPath, [cli, 'lint', '--no-cache', '--format', 'json', ...args]];
  const squawk = squawkBinary();
  const rows = await race({
    'node -e 0': [process.execPath, ['-e', '0']],
    'lockkeeper, one small file': lockkeeper(small),
    'lockkeeper, whole history': lockkeeper(history),
    ...(half === undefined ? {} : { 'lockkeeper, half the history': lockkeeper(half) }),
    'lockkeeper, 8,000 statements in a file': lockkeeper(large),
    ...(squawk === undefined ? {} : { 'squawk, whole history': [squawk, files], 'squawk, one small file': [squawk, [small]] }),
  });
  table(rows);
  ratio(rows, 'lockkeeper, one small file', 'node -e 0');
  ratio(rows, 'lockkeeper, whole history', 'squawk, whole history');
  ratio(rows, 'lockkeeper, whole history', 'lockkeeper, half the history');
}

async function editor() {
  const { runs, pairs } = eslintRuns(work);
  console.log(`Node ${process.version}, ${RUNS} runs each, medians; 1,000 migrations\n`);
  const rows = await race(runs);
  table(rows);
  for (const [one, other] of pairs) {
    ratio(rows, one, other);
    console.log(`  of processor: ${(rows[one].cpu / rows[other].cpu).toFixed(2)}`);
  }
}

function table(rows) {
  for (const [name, { ms, cpu, mb }] of Object.entries(rows)) console.log(`${name.padEnd(42)} ${ms.toFixed(0).padStart(6)} ms ${cpu.toFixed(0).padStart(6)} ms of processor ${mb.toFixed(0).padStart(5)} MB`);
  console.log('');
}

/** Looks at every command once, which also warms it up, then times all of them in turn, so that a drifting machine hits all alike. */
async function race(commands) {
  const looks = {};
  const times = {};
  for (const [name, command] of Object.entries(commands)) looks[name] = await look(...command);
  for (let run = 0; run < RUNS; run++) {
    for (const [name, command] of Object.entries(commands)) (times[name] ??= []).push(await time(...command));
  }
  return Object.fromEntries(Object.entries(looks).map(([name, seen]) => [name, { ms: median(times[name]), ...seen }]));
}

/** Wall time of one process, which has the machine to itself. */
async function time(program, args, folder) {
  const start = process.hrtime.bigint();
  await run(program, args, folder);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** On Linux the processor time (to 10 ms) and the peak resident memory of one process; asking for them all the time would slow it down. */
async function look(program, args, folder) {
  let cpu = 0;
  let mb = 0;
  await run(program, args, folder, (pid) => {
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    if (peak !== null) mb = Math.max(mb, Number(peak[1]) / 1024);
    const [user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ').slice(11, 13).map(Number);
    cpu = (user + system) * 10;
  });
  return { cpu, mb };
}

function run(program, args, folder, poll) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore'], cwd: folder ?? work });
    const polling = poll === undefined ? undefined : setInterval(() => {
      try {
        poll(child.pid);
      } catch {
        // Not Linux, or already gone.
      }
    }, 10);
    child.on('error', fail);
    child.on('exit', () => {
      clearInterval(polling);
      done();
    });
  });
}

function ratio(rows, one, other) {
  if (rows[one] !== undefined && rows[other] !== undefined) console.log(`${one} : ${other} = ${(rows[one].ms / rows[other].ms).toFixed(2)}`);
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function squawkBinary() {
  try {
    const folder = createRequire(import.meta.url).resolve(`@squawk-cli/${process.platform}-${process.arch}/package.json`);
    const bin = join(folder, '..', 'bin', process.platform === 'win32' ? 'squawk.exe' : 'squawk');
    return existsSync(bin) ? bin : undefined;
  } catch {
    console.log('squawk is not installed here: its rows are left out');
    return undefined;
  }
}

/** A history in the golang-migrate layout, about 1.1 kB a file, with the mix of statements that real ones have. */
function madeHistory(count) {
  const folder = join(work, `history-${count}`);
  for (let i = 0; i < count; i++) write(join(folder, `${String(i + 1).padStart(6, '0')}_step.up.sql`), statementsOf(i));
  return folder;
}

function statementsOf(i) {
  const table = `accounts_${i % 400}`;
  if (i < 400) {
    return `-- Accounts of tenant ${i}: who they are, what they own and what they may do.
CREATE TABLE ${table} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id bigint NOT NULL,
  name text NOT NULL CHECK (length(name) < 200),
  email character varying(255) NOT NULL,
  settings jsonb NOT NULL DEFAULT '{}'::jsonb,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone,
  UNIQUE (tenant_id, email)
);
CREATE INDEX ${table}_created_idx ON ${table} (created_at DESC);
COMMENT ON TABLE ${table} IS 'One row per account of the tenant; created by the importer, never deleted.';
CREATE VIEW ${table}_recent AS SELECT id, name, email FROM ${table} WHERE created_at > now() - interval '30 days';
`;
  }
  return `-- Step ${i}: a column for the new billing flow, filled for the accounts that already pay.
ALTER TABLE ${table}
  ADD COLUMN billing_${i} numeric(12, 2) NOT NULL DEFAULT 0,
  ADD COLUMN note_${i} text;
CREATE INDEX ${table}_billing_${i}_idx ON ${table} (billing_${i}) WHERE note_${i} IS NOT NULL;
UPDATE ${table} SET billing_${i} = 10, note_${i} = 'migrated in step ${i}' WHERE tenant_id = ${i} AND email LIKE '%@example.com';
CREATE OR REPLACE FUNCTION touch_${i}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.billing_${i} IS DISTINCT FROM OLD.billing_${i} THEN
    INSERT INTO audit_log (account_id, field, before, after, at) VALUES (NEW.id, 'billing_${i}', OLD.billing_${i}, NEW.billing_${i}, now());
  END IF;
  NEW.updated_at := now();
  RETURN NEW;
END;
$$;
CREATE TABLE invoices_${i} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id bigint NOT NULL,
  amount numeric(12, 2) NOT NULL,
  CONSTRAINT invoices_${i}_account_fkey FOREIGN KEY (account_id) REFERENCES ${table} (id) ON DELETE CASCADE
);
`;
}

function write(file, text) {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

function sqlFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
    .map((entry) => join(entry.parentPath, entry.name));
}
