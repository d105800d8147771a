import type { FileTree } from '../framework.ts';
import { ancestors, join } from '../shared/paths.ts';

export interface FlywaySettings {
  readonly executeInTransaction: boolean;
  readonly mixed: boolean;
  /** All pending migrations in one transaction. */
  readonly group: boolean;
  /** Versions have no letter in front. */
  readonly bare: boolean;
}

const FILES = [
  'flyway.conf',
  'flyway.toml',
  'conf/flyway.conf',
  'conf/flyway.toml',
  'application.properties',
  'application.yml',
  'application.yaml',
  'src/main/resources/application.properties',
  'src/main/resources/application.yml',
  'src/main/resources/application.yaml',
];

/** What the configuration files in this folder and above it say; the nearest one that says something holds. */
export function settings(folder: string, tree: FileTree): FlywaySettings {
  const texts = configuration(folder, tree);
  const said = (name: string, otherwise: boolean): boolean => {
    const setting = new RegExp(`^[ \\t]*(?:(?:spring\\.)?flyway\\.)?${name}[ \\t]*[=:][ \\t]*"?(true|false)\\b`, 'im');
    const found = texts.map((text) => setting.exec(text)?.[1]).find((value) => value !== undefined);
    return found === undefined ? otherwise : found.toLowerCase() === 'true';
  };
  return { executeInTransaction: said('execute-?in-?transaction', true), mixed: said('mixed', false), group: said('group', false), bare: texts.some((text) => NO_PREFIX.test(text)) };
}

const NO_PREFIX = /^[ \t]*(?:(?:spring\.)?flyway\.)?sql-?migration-?prefix[ \t]*[=:][ \t]*(?:""|'')?[ \t]*$/im;

/** The folders of the class path that the configuration names. */
export const classPath = (folder: string, tree: FileTree): readonly string[] => configuration(folder, tree).flatMap((text) => [...text.matchAll(/\bclasspath:\/?([\w./-]*\w)/g)].map((found) => found[1] ?? ''));

const configuration = (folder: string, tree: FileTree): readonly string[] =>
  ancestors(folder).flatMap((at) => FILES.flatMap((file) => tree.read(join(at, file)) ?? [])).filter((text) => /flyway/i.test(text));
