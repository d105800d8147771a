import type { Severity } from '../rule.ts';
import type { FailOn, Level, Preset } from './config.ts';

/** What a configuration file may say. */
export interface UserConfig {
  /** For editors: where the schema of this file is. */
  $schema?: string;
  /** Presets (`recommended`, `strict`, `hygiene`), other configuration files (`./base.json`) or packages; later ones win. */
  extends?: Preset | (string & {}) | readonly (Preset | (string & {}))[];
  /** Severity per rule, or severity and options. */
  rules?: RuleSettings;
  /** Settings for some files; later ones win. */
  overrides?: readonly UserOverride[];
  /** Files that are not reported on; as a part of the history they are replayed all the same. */
  ignore?: string | readonly string[];
  /** Files or folders to lint when the command line names none. */
  paths?: string | readonly string[];
  /** Engine and major version, as in `postgres@15`. */
  dialect?: string;
  /** Name of the migration tool, when it is not recognised. */
  framework?: string;
  /** Version or file name: migrations up to this one are replayed but not reported. */
  startAfter?: string;
  /** What is known about tables. */
  tables?: Readonly<Record<string, UserTableFacts>>;
  /** Tables with at most this many rows are small: what grows with the table is reported as info. Default 10000. */
  smallTable?: number;
  /** Findings of this severity or worse fail the run. Default `warning`. */
  failOn?: FailOn;
  /** More warnings than this fail the run; up to this many do not. */
  maxWarnings?: number;
  /** Every suppression comment must say why. */
  requireReason?: boolean;
  /** Honour the suppression comments of squawk, pgsafe, eugene and Atlas. */
  foreignSuppressions?: boolean;
  /** Session settings that the runner makes before it starts, as in `{ lock_timeout: '5s' }`. */
  settings?: Readonly<Record<string, string | number | boolean>>;
}

export type RuleSettings = Readonly<Record<string, Level | readonly [Level] | readonly [Level, Readonly<Record<string, unknown>>]>>;

export interface UserOverride {
  /** Globs, relative to the configuration file. */
  files: string | readonly string[];
  rules?: RuleSettings;
  framework?: string;
  dialect?: string;
  startAfter?: string;
  settings?: Readonly<Record<string, string | number | boolean>>;
}

export interface UserTableFacts {
  /** Approximate number of rows. */
  rows?: number;
  /** Read or written all the time. */
  hot?: boolean;
  /** Approximate size on disk, indexes aside. */
  bytes?: number;
}

/** Gives a configuration file its types. */
export const defineConfig = (config: UserConfig): UserConfig => config;

export const PRESETS: readonly Preset[] = ['recommended', 'strict', 'hygiene'];
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
export const LEVELS: readonly Level[] = ['off', 'info', 'warning', 'error'];
export const FAIL_ON: readonly FailOn[] = ['error', 'warning', 'info', 'never'];
