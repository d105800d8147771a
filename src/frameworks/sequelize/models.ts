import inflection from 'inflection';
import type { RecordValue, Value } from '../../hosts/typescript/value.ts';
import { flag, isRecord, optionalText, recordIn, requiredRecord } from '../shared/host-values.ts';
import { refuse } from '../shared/refusal.ts';
import type { DataType } from './data-types.ts';
import { dataTypeIn } from './data-types.ts';
import type { TableName } from './quoting.ts';
import { underscore } from './quoting.ts';

/** A model that a migration defines by itself: what the library sends for it stands in the migration. */
export interface Model {
  readonly name: string;
  readonly table: TableName;
  /** All attributes that are columns, in the library's order. */
  readonly attributes: readonly ModelAttribute[];
  /** Names of the attributes that the library fills by itself. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
  /** Rows are marked as deleted in this attribute. */
  readonly deletedAt?: string;
}

export interface ModelAttribute {
  readonly name: string;
  readonly column: string;
  readonly type: DataType;
  readonly primaryKey: boolean;
  readonly counted: boolean;
  readonly unique: boolean;
  /** What a new row gets where it says nothing. */
  readonly otherwise?: Value;
}

/** What changes the rows or conditions of a model by code. */
const CODE = ['hooks', 'defaultScope', 'version', 'setterMethods'];

/** `define(name, attributes, options)`; refuses where it cannot be said what the library makes of it. */
export function modelIn(name: string, attributesValue: Value | undefined, optionsValue: Value | undefined): Model {
  const given = requiredRecord(attributesValue, `the attributes of ${name}`);
  const options = recordIn(optionsValue, `the options of ${name}`);
  const code = CODE.find((option) => options?.entries.has(option));
  if (code !== undefined) return refuse(`the model ${name} has \`${code}\``);
  const partly = given.partly ?? options?.partly;
  if (partly !== undefined) return refuse(`the model ${name}: ${partly.reason}`);
  const underscored = flag(options, 'underscored');
  const own = [...given.entries].flatMap(([key, value]) => attributeIn(key, value, name, underscored) ?? []);
  const timestamps = !options?.entries.has('timestamps') || flag(options, 'timestamps');
  const createdAt = timestamps ? filledIn(options, 'createdAt') : undefined;
  const updatedAt = timestamps ? filledIn(options, 'updatedAt') : undefined;
  const deletedAt = timestamps && flag(options, 'paranoid') ? filledIn(options, 'deletedAt') : undefined;
  const added = [createdAt, updatedAt, deletedAt].filter((key) => key !== undefined && !own.some((attribute) => attribute.name === key)).map((key = '') => plainAttribute(key, underscored));
  const schema = optionalText(options, 'schema');
  return {
    name,
    table: { ...(schema === undefined ? {} : { schema }), table: optionalText(options, 'tableName') ?? (flag(options, 'freezeTableName') ? name : underscored ? underscore(inflection.pluralize(name)) : inflection.pluralize(name)) },
    attributes: [...(own.some(({ primaryKey }) => primaryKey) ? [] : [{ ...plainAttribute('id', false), primaryKey: true, counted: true }]), ...own, ...added],
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(deletedAt === undefined ? {} : { deletedAt }),
  };
}

/** Undefined for what is no column. */
function attributeIn(key: string, value: Value, model: string, underscored: boolean): ModelAttribute | undefined {
  const options = isRecord(value) ? value : undefined;
  if (options?.entries.has('set') === true) return refuse(`${model}.${key} has a setter`);
  const type = dataTypeIn(options === undefined ? value : options.entries.get('type'), `${model}.${key}`);
  if (type.name === 'VIRTUAL') return undefined;
  const otherwise = options?.entries.get('defaultValue');
  return {
    name: key,
    column: optionalText(options, 'field') ?? (underscored ? underscore(key) : key),
    type,
    primaryKey: flag(options, 'primaryKey'),
    counted: flag(options, 'autoIncrement'),
    unique: options?.entries.has('unique') === true,
    ...(otherwise === undefined || otherwise.kind === 'undefined' ? {} : { otherwise }),
  };
}

const plainAttribute = (name: string, underscored: boolean): ModelAttribute => ({ name, column: underscored ? underscore(name) : name, type: { name: 'raw', sql: '' }, primaryKey: false, counted: false, unique: false });

/** `updatedAt: 'changed'` names it otherwise, `false` leaves it away. */
function filledIn(options: RecordValue | undefined, name: string): string | undefined {
  const value = options?.entries.get(name);
  return value?.kind === 'boolean' && !value.value ? undefined : value?.kind === 'text' ? value.text : name;
}
