import { joined } from '../../hosts/traced.ts';
import type { Traced } from '../../hosts/program.ts';
import type { RecordValue, Value } from '../../hosts/typescript/value.ts';
import { refuse } from '../shared/refusal.ts';
import { dataTypeIn } from './data-types.ts';
import type { Generate } from '../shared/host-queries.ts';
import { quoteName, quoteTable, tableIn } from './quoting.ts';
import { flag, isRecord, listIn, optionalText, recordIn, requiredRecord, textIn } from '../shared/host-values.ts';

const FUNCTION = 'the name of the function';

/** `{ type, name, direction }` of each; the type is a must. */
const parametersSql = (value: Value | undefined): string =>
  listIn(value, 'the parameters').items.map((item) => {
    const parameter = requiredRecord(item, 'a parameter');
    const type = printedType(parameter.entries.get('type')) ?? optionalText(parameter, 'type') ?? refuse('a parameter without a type, so Sequelize stops', 'unsupported');
    return [optionalText(parameter, 'direction'), optionalText(parameter, 'name'), type].filter((part) => part !== undefined).join(' ');
  }).join(', ');

/** A type that is made is written as any engine has it; of one that is only named, the library writes its class. */
function printedType(value: Value | undefined): string | undefined {
  if (value?.kind !== 'chain' || value.steps.at(-1)?.step !== 'call') return undefined;
  const { name, sql } = dataTypeIn(value, 'a parameter');
  return PRINTED[name] ?? (ALIKE.has(name) ? sql : undefined);
}

const ALIKE = new Set(['STRING', 'TEXT', 'INTEGER', 'BIGINT', 'SMALLINT', 'CHAR', 'DECIMAL', 'UUID', 'JSON', 'JSONB', 'DATEONLY', 'TIME', 'FLOAT', 'DOUBLE']);
const PRINTED: Readonly<Record<string, string>> = { BOOLEAN: 'TINYINT(1)', DATE: 'DATETIME' };

const optionsSql = (value: Value | undefined): string => (value === undefined || value.kind === 'null' || value.kind === 'undefined' ? '' : listIn(value, 'the options').items.map((item) => textIn(item, 'an option')).join(' '));

function variablesSql(options: RecordValue | undefined): string {
  const variables = options?.entries.get('variables');
  if (variables === undefined) return '';
  return listIn(variables, 'the variables').items.map((item) => {
    const variable = requiredRecord(item, 'a variable');
    const start = optionalText(variable, 'default');
    return `DECLARE ${textIn(variable.entries.get('name'), 'the name of a variable')} ${textIn(variable.entries.get('type'), 'the type of a variable')}${start === undefined ? '' : ` := ${start}`};`;
  }).join(' ');
}

const bodyOf = (value: Value | undefined): Traced | string => (value?.kind === 'text' ? value : textIn(value, 'the body of the function'));

const createFunction: Generate = ([name, params, returns, language, body, optionsArray, optionsValue]) => {
  const options = recordIn(optionsValue, 'the options');
  const head = `CREATE ${flag(options, 'force') ? 'OR REPLACE ' : ''}FUNCTION ${textIn(name, FUNCTION)}(${parametersSql(params)}) RETURNS ${textIn(returns, 'what the function returns')} AS $func$ ${variablesSql(options)} BEGIN `;
  return [{ sql: joined([head, bodyOf(body), ` END; $func$ language '${textIn(language, 'the language of the function')}'${optionsSql(optionsArray)};`]) }];
};

const dropFunction: Generate = ([name, params]) => [{ sql: `DROP FUNCTION ${textIn(name, FUNCTION)}(${parametersSql(params)}) RESTRICT;` }];

const renameFunction: Generate = ([name, params, after]) => [{ sql: `ALTER FUNCTION ${textIn(name, FUNCTION)}(${parametersSql(params)}) RENAME TO ${textIn(after, FUNCTION)};` }];

const TIMING: Readonly<Record<string, string>> = { after: 'AFTER', before: 'BEFORE', instead_of: 'INSTEAD OF', after_constraint: 'AFTER' };
const EVENTS: Readonly<Record<string, string>> = { insert: 'INSERT', update: 'UPDATE', delete: 'DELETE', truncate: 'TRUNCATE' };

const createTrigger: Generate = ([table, name, timing, events, routine, params, optionsArray]) => {
  const when = textIn(timing, 'when the trigger fires');
  // The library looks at the values of an object, whatever their names.
  const told = isRecord(events) && events.partly === undefined ? [...events.entries.values()] : listIn(events, 'what the trigger fires on').items;
  const fired = told.map((event) => EVENTS[textIn(event, 'an event')] ?? refuse('an event that there is not, so Sequelize stops', 'unsupported'));
  const more = optionsSql(optionsArray);
  return [
    {
      sql: `CREATE ${when === 'after_constraint' ? 'CONSTRAINT ' : ''}TRIGGER ${quoteName(textIn(name, 'the name of the trigger'))} ${TIMING[when] ?? refuse('a moment that there is not, so Sequelize stops', 'unsupported')} ${fired.join(' OR ')} ON ${quoteTable(tableIn(table))}${
        more === '' ? '' : ` ${more}`
      } EXECUTE PROCEDURE ${textIn(routine, FUNCTION)}(${parametersSql(params)});`,
    },
  ];
};

const dropTrigger: Generate = ([table, name]) => [{ sql: `DROP TRIGGER ${quoteName(textIn(name, 'the name of the trigger'))} ON ${quoteTable(tableIn(table))} RESTRICT;` }];

const renameTrigger: Generate = ([table, name, after]) => [
  { sql: `ALTER TRIGGER ${quoteName(textIn(name, 'the name of the trigger'))} ON ${quoteTable(tableIn(table))} RENAME TO ${quoteName(textIn(after, 'the name of the trigger'))};` },
];

export const routineMethods: Readonly<Record<string, Generate>> = { createFunction, dropFunction, renameFunction, createTrigger, dropTrigger, renameTrigger };
