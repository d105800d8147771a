import type { Program, Traced } from '../../hosts/program.ts';
import { changedTo } from '../../hosts/traced.ts';
import type { Direction } from '../../ir/migration.ts';
import type { ProgramFile } from '../framework.ts';
import type { SettingsFile } from './settings-files.ts';

/** What a project has its query builder make of each name that it is given. */
type Naming = (name: string) => string;

/** As objection and Kysely's CamelCasePlugin do it. */
const underscored: Naming = (name) => name.replace(/(?<![A-Z]|^)[A-Z]/g, '_$&').toLowerCase();

/** As lodash does it. */
const snakeCase: Naming = (name) => (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []).join('_').toLowerCase();

/** What a configuration says; undefined where it says nothing of names, or more than can be told here. */
function namingIn(text: string): Naming | undefined {
  if (/\b(?:knexSnakeCaseMappers|CamelCasePlugin)\s*\(\s*\)/.test(text)) return underscored;
  return /\bwrapIdentifier\s*[:=(][^;]{0,150}?\bsnakeCase\s*\(/.test(text) && /['"]lodash\b/.test(text) ? snakeCase : undefined;
}

/** The same program with the names that the project's own files make of those in it: the nearest that says something. */
export function withNaming(settings: readonly SettingsFile[], program: (file: ProgramFile, direction: Direction) => Program | undefined): typeof program {
  const [own] = settings.flatMap(({ text }) => namingIn(text) ?? []);
  if (own === undefined) return program;
  return (file, direction) => {
    const before = inForce;
    inForce = own;
    try {
      return program(file, direction);
    } finally {
      inForce = before;
    }
  };
}

/** Programs are followed one after the other. */
let inForce: Naming | undefined;

/** The name as the project's builder sends it. */
export function sentName(name: Traced): Traced {
  if (inForce === undefined || name.text.includes('${')) return name;
  const sent = inForce(name.text);
  return sent === name.text || sent === '' ? name : changedTo(sent, name);
}
