import { defineRule, findsNothing, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-cascade',
  summary: 'a type, extension, function, sequence or other object is dropped together with everything that depends on it',
  severity: 'error',
  category: 'data-loss',
  on: ['dropType', 'dropExtension', 'dropRoutine', 'dropSequence', 'dropObject'],
  recommended: true,
  why: 'CASCADE drops whatever depends on the object, in other tables and schemas too, and the statement does not say what. DROP TYPE and DROP EXTENSION take user columns with their values; functions take triggers, defaults, generated columns, indexes and policies; sequences take column defaults.',
  references: [{ title: 'PostgreSQL: Dependency Tracking', url: 'https://www.postgresql.org/docs/current/ddl-depend.html' }],
  check(op, context) {
    if (op.behavior !== 'cascade') return undefined;
    if (op.kind !== 'dropExtension' && op.kind !== 'dropObject' && findsNothing(op, context)) return undefined;
    const { before, effects, isNew, madeHere, script } = context;
    const earlier = (made: { readonly span: { readonly start: number } }): boolean => made.span.start < op.span.start;
    const lost = effects.loss.map((one) => `${one.what} ${one.object}`);
    const soft = { severity: 'warning' as const };
    switch (op.kind) {
      case 'dropType': {
        const type = before.type(op.type);
        if (type !== undefined && madeHere(type.origin)) return undefined;
        const columns = type === undefined ? [] : before.columnsOfType(type).map(({ table, column }) => `column ${table.schema}.${table.name}.${column.name}`);
        const renamed = operationsIn(script, 'renameObject').some((one) => one.newName === op.type.name && earlier(one));
        if (renamed && columns.length === 0) return undefined;
        const unused = type !== undefined && columns.length === 0;
        return { object: `${op.domain ? 'DOMAIN' : 'TYPE'} ${op.type.name}`, takes: columns, hint: unused ? 'every function and cast of that type' : 'every column of that type', ...(unused ? { severity: 'info' as const } : {}) };
      }
      case 'dropExtension':
        if (operationsIn(script, 'createExtension').some((made) => made.extension === op.extension && !made.ifNotExists && earlier(made))) return undefined;
        return { object: `EXTENSION ${op.extension}`, takes: lost.filter((one) => !one.endsWith(` ${op.extension}`)), hint: 'every column, index and function that uses its types and functions' };
      case 'dropRoutine': {
        const known = before.routines(op.routine);
        if (known.length > 0 && known.every((routine) => madeHere(routine.origin))) return undefined;
        return { object: `${op.variety.toUpperCase()} ${op.routine.name}`, takes: [], hint: 'the triggers, defaults, indexes, policies and generated columns that use it', ...soft };
      }
      case 'dropSequence':
        return isNew(op.sequence) ? undefined : { object: `SEQUENCE ${op.sequence.name}`, takes: [], hint: 'the column defaults that draw from it', ...soft };
      case 'dropObject':
        return op.objectType === 'database' ? undefined : { object: `${words(op.objectType)} ${op.object.name}`, takes: [], hint: 'whatever depends on it', ...soft };
    }
  },
  message: ({ object, takes, hint }) => `DROP ${object} CASCADE also drops ${takes.length > 0 ? takes.slice(0, 6).join(', ') : hint}.`,
  advice: () => 'Drop without CASCADE: the server then refuses and lists what depends on it. Change or drop those objects by name first, each in its own step.',
});

const words = (camel: string): string => camel.replace(/[A-Z]/g, ' $&').toUpperCase();
