import type { Span } from '../../source/text.ts';
import type { FileTree, HistoryProblem } from '../framework.ts';
import { ancestors, join } from '../shared/paths.ts';
import { roughStatements } from '../shared/statements.ts';

/** What Flyway does about its own lock while a script runs. */
export interface RunnerLock {
  /** Held in a transaction of another connection, for which a concurrent build waits; undefined where a version or a setting says it is not. */
  readonly inTransaction: boolean;
  /** The file that configures Flyway and does not say; undefined where there is none. */
  readonly file?: string;
}

const CONFIGURATION = ['flyway.conf', 'flyway.toml', 'flyway.user.toml', 'conf/flyway.conf', 'conf/flyway.toml'];
const RESOURCES = ['', 'src/main/resources/', 'config/', 'src/main/resources/config/'];
const SPRING = RESOURCES.flatMap((folder) => ['application.properties', 'application.yml', 'application.yaml'].map((file) => folder + file));
const BUILD = ['pom.xml', 'build.gradle', 'build.gradle.kts', 'gradle/libs.versions.toml', 'gradle.properties'];
const AROUND = ['docker-compose.yml', 'docker-compose.yaml', 'compose.yml', 'compose.yaml', '.env', 'Dockerfile'];

const SETTING = /transactional(?:[._-]?lock|\]\s+lock|:\s+lock)\b["')\]]*\s*[=:>,]\s*["']?(true|false)\b/i;
const CONFIGURES = /\bflyway\s*(?:[.:{]|\])|\bflyway-maven-plugin\b/i;
const VERSION = /\bflyway[-.:/\w]{0,80}(?:["']?\)?\s{0,9}(?:<\/artifactId>\s{0,99}<version>|version[ \t]{0,9}[("'=]{1,3}[ \t"']{0,9}|=[ \t]{0,9}["']?)|[:>])v?(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?/i;
const OLD_SPRING = /\bspring-boot-starter-parent<\/artifactId>\s*<version>[12]\.|\borg\.springframework\.boot["']\)?\s+version\s*\(?["'][12]\./;

/** Since 9.1.2 the lock is one of a transaction unless transactional.lock=false says otherwise; Spring Boot 1 and 2 bring an older Flyway. */
export function runnerLock(folder: string, tree: FileTree): RunnerLock {
  const read = (names: readonly string[]): readonly { readonly path: string; readonly text: string }[] =>
    ancestors(folder).flatMap((at) => names.flatMap((name) => {
      const text = tree.read(join(at, name));
      return text === undefined ? [] : [{ path: join(at, name), text }];
    }));
  const own = read([...CONFIGURATION, ...SPRING]);
  const build = read(BUILD);
  const said = [...own, ...build, ...read(AROUND)].flatMap(({ text }) => SETTING.exec(text.replace(/^[ \t]*(?:#|\/\/).*$/gm, ''))?.[1] ?? [])[0];
  if (said !== undefined) return { inTransaction: said.toLowerCase() === 'true' };
  if (build.some(({ text }) => isOlder(text))) return { inTransaction: false };
  const file = own.find(({ path, text }) => /flyway\.\w+$/.test(path) || CONFIGURES.test(text))?.path ?? build.find(({ text }) => /\bflyway\s*\{|\bflyway-maven-plugin\b/.test(text))?.path;
  return { inTransaction: true, ...(file === undefined ? {} : { file }) };
}

function isOlder(text: string): boolean {
  const found = VERSION.exec(text);
  if (found === null) return OLD_SPRING.test(text);
  const [major = 0, minor = 0, patch = 0] = found.slice(1).map((part) => Number(part));
  return major < 9 || (major === 9 && (minor < 1 || (minor === 1 && patch < 2)));
}

/** The build of an index that waits for all older transactions, and so for the one in which Flyway holds its lock. */
export function waitsForRunner(path: string, text: string, { inTransaction, file }: RunnerLock): readonly HistoryProblem[] {
  if (!inTransaction || !/\bCONCURRENTLY\b/i.test(text)) return [];
  const span: Span | undefined = roughStatements(text).find(({ head }) => /^(?:CREATE(?: UNIQUE)? INDEX|REINDEX(?: \w+)?) CONCURRENTLY\b/.test(head));
  if (span === undefined) return [];
  const where = file === undefined ? 'no configuration of Flyway was found that says otherwise' : `${file} does not say otherwise`;
  const detail = `From 9.1.2 on Flyway holds its own lock in an open transaction, for which CONCURRENTLY waits for ever, and ${where}`;
  return [{ problem: 'endless-wait', path, span: { start: span.start, end: span.end }, detail, ...(file === undefined ? { guessed: true as const } : {}) }];
}
