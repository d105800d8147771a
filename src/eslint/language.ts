import type { File, Language, OkParseResult, RulesConfig, SourceLocation } from '@eslint/core';
import { CallMethodStep, ConfigCommentParser, Directive, TextSourceCodeBase } from '@eslint/plugin-kit';
import { postgres } from '../dialects/postgres/index.ts';
import type { Span } from '../source/text.ts';
import { lineIndex } from '../source/text.ts';
import { emptyProgram } from './empty-program.ts';

/** Everything that has a place in an SQL file, as ESLint wants it. */
interface Placed {
  readonly loc: SourceLocation;
  readonly range: [number, number];
}

export interface ScriptNode extends Placed {
  readonly type: 'Script';
  readonly comments: readonly CommentNode[];
  /** As of a program without a statement. */
  readonly body: readonly [];
  readonly tokens: readonly [];
}

interface CommentNode extends Placed {
  readonly type: 'Comment';
  /** Without its delimiters. */
  readonly value: string;
}

interface Types {
  LangOptions: Record<string, unknown>;
  Code: SqlSourceCode;
  RootNode: ScriptNode;
  Node: ScriptNode;
}

/** SQL for ESLint: the file is one node, and its comments can hold ESLint's directives. What the statements do is for the rules to ask. */
export const sqlLanguage = (digest: () => string): Language<Types> => ({
  fileType: 'text',
  lineStart: 1,
  columnStart: 0,
  nodeTypeKey: 'type',
  visitorKeys: { Script: [] },
  validateLanguageOptions: () => undefined,
  // Results depend on the files around; ESLint's cache asks here whether they have changed.
  normalizeLanguageOptions: (options) => ({ parserOptions: {}, ...options, digest: digest() }),
  parse: ({ body }) => ({ ok: true, ast: scriptOf(typeof body === 'string' ? body : new TextDecoder().decode(body)) }),
  createSourceCode: (file, { ast }) => new SqlSourceCode(file, ast),
});

function scriptOf(text: string): ScriptNode {
  const lines = lineIndex(text);
  const at = (offset: number): SourceLocation['start'] => {
    const { line, column } = lines.position(offset);
    return { line, column: column - 1 };
  };
  const placed = ({ start, end }: Span): Placed => ({ range: [start, end], loc: { start: at(start), end: at(end) } });
  const spans = text.includes('eslint') ? postgres.parse(text).comments : [];
  const comments = spans.map(({ span }): CommentNode => ({ type: 'Comment', value: text.slice(span.start, span.end).replace(/^--|^\/\*|\*\/$/g, ''), ...placed(span) }));
  return { type: 'Script', comments, body: [], tokens: [], ...placed({ start: 0, end: text.length }) };
}

const commentParser = new ConfigCommentParser();

const KINDS: ReadonlySet<string> = new Set(['eslint-disable', 'eslint-enable', 'eslint-disable-next-line', 'eslint-disable-line']);

/** ESLint's contract asks for a class. */
export class SqlSourceCode extends TextSourceCodeBase<{ LangOptions: Record<string, unknown>; RootNode: ScriptNode; SyntaxElementWithLoc: Placed; ConfigNode: CommentNode }> {
  readonly hasBOM: boolean;

  constructor(file: File, ast: OkParseResult<ScriptNode>['ast']) {
    super({ text: typeof file.body === 'string' ? file.body : new TextDecoder().decode(file.body), ast });
    this.hasBOM = file.bom;
  }

  override getLoc(node: Placed): SourceLocation {
    return node.loc;
  }

  override getRange(node: Placed): [number, number] {
    return node.range;
  }

  override getParent(): undefined {
    return undefined;
  }

  /** For whoever knows the language: as a call the node goes by rules that ask for nodes of whatever type, which are about JavaScript. */
  override traverse(): Iterable<CallMethodStep> {
    return ['Script', 'Script:exit'].map((target) => new CallMethodStep({ target, args: [this.ast] }));
  }

  getInlineConfigNodes(): CommentNode[] {
    return this.ast.comments.filter(({ value }) => /^\s*eslint\b/.test(value));
  }

  getDisableDirectives(): { directives: Directive[]; problems: { ruleId: null; message: string; loc: SourceLocation }[] } {
    const directives: Directive[] = [];
    const problems: { ruleId: null; message: string; loc: SourceLocation }[] = [];
    for (const comment of this.getInlineConfigNodes()) {
      const said = commentParser.parseDirective(comment.value);
      if (said === undefined || !KINDS.has(said.label)) continue;
      if (said.label === 'eslint-disable-line' && comment.loc.start.line !== comment.loc.end.line) {
        problems.push({ ruleId: null, message: 'eslint-disable-line comment should not span multiple lines.', loc: comment.loc });
        continue;
      }
      const type = said.label.slice('eslint-'.length) as Directive['type'];
      directives.push(new Directive({ type, node: comment, value: said.value, justification: said.justification }));
    }
    return { directives, problems };
  }

  applyInlineConfig(): { configs: { config: { rules: RulesConfig }; loc: SourceLocation }[]; problems: { ruleId: null; message: string; loc: SourceLocation }[] } {
    const configs: { config: { rules: RulesConfig }; loc: SourceLocation }[] = [];
    const problems: { ruleId: null; message: string; loc: SourceLocation }[] = [];
    for (const comment of this.getInlineConfigNodes()) {
      const said = commentParser.parseDirective(comment.value);
      if (said?.label !== 'eslint') continue;
      const parsed = commentParser.parseJSONLikeConfig(said.value);
      if (parsed.ok) configs.push({ config: { rules: parsed.config }, loc: comment.loc });
      else problems.push({ ruleId: null, message: parsed.error.message, loc: comment.loc });
    }
    return { configs, problems };
  }
}

Object.defineProperties(SqlSourceCode.prototype, Object.getOwnPropertyDescriptors(emptyProgram));
