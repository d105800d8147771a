import { settle, waits } from './calls.ts';
import { asOneWay, unlessMissing, whenUnknown } from './conditions.ts';
import { declareClass, declareEnum, declareNamespace, exportAll, exportDefault, exportNamed, importAll, importEquals } from './declarations.ts';
import { evaluate, sameEngine } from './expressions.ts';
import type { Frame } from './frame.ts';
import { functionOf } from './functions.ts';
import { loopOver, testedLoop } from './loops.ts';
import type { Of, Statement } from './nodes.ts';
import { identical } from './operators.ts';
import { goesOn, passingOver } from './passed-over.ts';
import { bind } from './patterns.ts';
import { declare, functionScope, scope } from './scope.ts';
import { isGivenAt, siteOf, standsAlone } from './site.ts';
import { leftAlone } from './unawaited.ts';
import type { Value } from './value.ts';
import { truth, UNDEFINED } from './value.ts';

/** How a statement ended, where it did not just end. */
export type Completion =
  | { readonly type: 'return'; readonly value: Value }
  | { readonly type: 'break' | 'continue'; readonly label?: string }
  | { readonly type: 'throw' }
  /** It may have left the block, where something exists (a question that an author asks so that both ways end alike) or once it has sent what is another way. */
  | { readonly type: 'forked' }
  | undefined;

export function execute(node: Statement, frame: Frame): Completion {
  const { machine } = frame;
  if (machine.thrown !== undefined) return { type: 'throw' };
  if (!machine.enter()) return { type: 'return', value: UNDEFINED };
  const run = RUNNERS[node.type] as ((node: Statement, frame: Frame) => Completion) | undefined;
  const end = run?.(node, frame);
  machine.leave();
  return machine.thrown === undefined ? end : { type: 'throw' };
}

/** Functions can be called above of where they stand. */
export function hoist(statements: readonly Statement[], frame: Frame): void {
  for (const statement of statements) {
    const own = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration' ? statement.declaration : statement;
    if (own?.type === 'FunctionDeclaration' && own.id !== null) declare(frame.scope, own.id.name, functionOf(own, frame));
  }
}

export function block(statements: readonly Statement[], frame: Frame): Completion {
  hoist(statements, frame);
  let hasForked = false;
  for (const statement of statements) {
    const end: Completion = hasForked ? asOneWay(frame, () => execute(statement, frame)) : execute(statement, frame);
    if (end?.type === 'forked') hasForked = true;
    else if (end !== undefined) return end;
  }
  return undefined;
}

export const inner = (frame: Frame): Frame => ({ ...frame, scope: scope(frame.scope) });

type Runners = { [K in Statement['type']]: (node: Of<Statement, K>, frame: Frame) => Completion };

const nothing = (): Completion => undefined;

const RUNNERS: Runners = {
  BlockStatement: (node, frame) => block(node.body, inner(frame)),
  VariableDeclaration(node, frame) {
    for (const { id, init } of node.declarations) {
      // One that is declared again keeps its value.
      if (init === null && node.kind === 'var') {
        const { names } = functionScope(frame.scope);
        if (id.type === 'Identifier' && !names.has(id.name)) names.set(id.name, { value: UNDEFINED });
        continue;
      }
      const value = init === null ? UNDEFINED : evaluate(init, frame);
      bind(id, value.kind === 'function' && value.name === '' && id.type === 'Identifier' ? named(value, id.name) : value, frame, node.kind === 'var' ? functionScope(frame.scope) : frame.scope);
    }
    return undefined;
  },
  FunctionDeclaration: nothing,
  ClassDeclaration: declareClass,
  ExpressionStatement(node, frame) {
    const { expression } = node;
    standsAlone(expression.type === 'ChainExpression' ? expression.expression : expression);
    const value = leftAlone(expression, frame, () => evaluate(expression, frame));
    if (value.kind === 'host' && expression.type !== 'AwaitExpression' && expression.type !== 'AssignmentExpression') value.host.abandoned?.(siteOf(expression, frame));
    return undefined;
  },
  ReturnStatement(node, frame) {
    if (node.argument === null) return { type: 'return', value: UNDEFINED };
    if (frame.isAsync === true) waits(node.argument, node.argument, frame);
    const { argument } = node;
    const value = frame.resultAlone === undefined ? evaluate(argument, frame) : leftAlone(argument, frame, () => evaluate(argument, frame), frame.resultAlone);
    isGivenAt(value, argument, frame);
    return { type: 'return', value: frame.isAsync === true ? settle(value, argument, frame) : value };
  },
  ThrowStatement(node, frame) {
    frame.machine.thrown = node.argument === null ? UNDEFINED : evaluate(node.argument, frame);
    return { type: 'throw' };
  },
  IfStatement(node, frame) {
    const test = evaluate(node.test, frame);
    const decided = truth(test);
    if (decided !== undefined) return decided ? execute(node.consequent, frame) : node.alternate === null ? undefined : execute(node.alternate, frame);
    let left = false;
    const sends = whenUnknown(test, node.test, frame, [
      () => {
        left = perhaps(node.consequent, frame);
      },
      ...(node.alternate === null ? [] : [() => void perhaps(node.alternate as Statement, frame)]),
    ]);
    return left && node.alternate === null && test.kind === 'unknown' && (sends || test.asksExistence === true) ? { type: 'forked' } : undefined;
  },
  ForOfStatement: loopOver,
  ForInStatement: loopOver,
  ForStatement: testedLoop,
  WhileStatement: testedLoop,
  DoWhileStatement: testedLoop,
  SwitchStatement(node, frame) {
    const value = evaluate(node.discriminant, frame);
    const own = inner(frame);
    let chosen = -1;
    for (const [index, { test }] of node.cases.entries()) {
      const other = test === null ? undefined : evaluate(test, own);
      const same = other === undefined ? false : (identical(value, other) ?? sameEngine(value, other, own));
      if (same === undefined) {
        whenUnknown(value, node.discriminant, frame, node.cases.map(({ consequent }) => () => void block(consequent, inner(own))));
        return undefined;
      }
      if (same) {
        chosen = index;
        break;
      }
    }
    if (chosen < 0) chosen = node.cases.findIndex(({ test }) => test === null);
    for (const { consequent } of chosen < 0 ? [] : node.cases.slice(chosen)) {
      const end = block(consequent, own);
      if (end?.type === 'break' && end.label === undefined) return undefined;
      if (end !== undefined) return end;
    }
    return undefined;
  },
  TryStatement(node, frame) {
    const { machine } = frame;
    const { asked } = machine;
    const sent = machine.emissions().length;
    let end: Completion;
    const run = (): void => {
      end = block(node.block.body, inner(frame));
    };
    const written = machine.watch(() => {
      if (node.handler !== null && goesOn(node.handler.body, frame)) passingOver(frame, run);
      else run();
    });
    if (end?.type === 'throw' && node.handler !== null) {
      const thrown = machine.thrown ?? UNDEFINED;
      machine.thrown = undefined;
      const own = inner(frame);
      if (node.handler.param !== null) bind(node.handler.param, thrown, own);
      end = block(node.handler.body.body, own);
    } else if (node.handler !== null && machine.asked > asked && machine.emissions().length === sent) end = unlessMissing(node, node.handler, end, written, frame);
    if (node.finalizer === null) return end;
    const { thrown } = frame.machine;
    frame.machine.thrown = undefined;
    const last = block(node.finalizer.body, inner(frame));
    frame.machine.thrown ??= thrown;
    return last ?? end;
  },
  BreakStatement: (node) => ({ type: 'break', ...(node.label === null ? {} : { label: node.label.name }) }),
  ContinueStatement: (node) => ({ type: 'continue', ...(node.label === null ? {} : { label: node.label.name }) }),
  LabeledStatement(node, frame) {
    const end = execute(node.body, { ...frame, label: node.label.name });
    return end?.type === 'break' && end.label === node.label.name ? undefined : end;
  },
  ImportDeclaration: importAll,
  ExportNamedDeclaration: exportNamed,
  ExportDefaultDeclaration: exportDefault,
  ExportAllDeclaration: exportAll,
  TSExportAssignment(node, frame) {
    frame.module.assigned = evaluate(node.expression, frame);
    return undefined;
  },
  TSImportEqualsDeclaration: importEquals,
  TSEnumDeclaration: declareEnum,
  EmptyStatement: nothing,
  DebuggerStatement: nothing,
  TSTypeAliasDeclaration: nothing,
  TSInterfaceDeclaration: nothing,
  TSDeclareFunction: nothing,
  TSModuleDeclaration: declareNamespace,
};

/** A branch that may run or not: what stands behind it is read all the same, even where it leaves, which is told. */
function perhaps(node: Statement, frame: Frame): boolean {
  const end = execute(node, frame);
  if (end !== undefined && end.type !== 'throw' && frame.loop !== undefined) frame.loop.mayEnd = true;
  if (end?.type === 'return' && end.value.kind !== 'undefined' && frame.perhaps !== undefined) frame.perhaps.value = settle(end.value, node, frame);
  return end !== undefined && end.type !== 'throw' && end.type !== 'forked';
}

const named = <T extends Value>(value: T, name: string): T => ({ ...value, name });
