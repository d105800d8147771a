/** How a project writes JavaScript, told by one of its files. */
export interface Style {
  readonly quote: "'" | '"';
  /** What texts are written in that are SQL. */
  readonly sqlQuote: "'" | '"' | '`';
  readonly semicolon: ';' | '';
  readonly indent: string;
  readonly line: '\n' | '\r\n';
  readonly module: 'esm' | 'commonjs';
  readonly typescript: boolean;
  /** Commas after the last entry of what is broken over lines: in arguments as well, in lists and objects, nowhere. */
  readonly trailing: 'all' | 'es5' | 'none';
  /** `{ a }` and not `{a}`. */
  readonly spaced: boolean;
  /** Columns of a line. */
  readonly width: number;
  /** A long text alone gets a line of its own between the parentheses. */
  readonly wraps: boolean;
}

/** `others`: files of the same project, for what one alone may not show. */
export function styleOf(text: string, path: string, others: readonly string[] = []): Style {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const all = [text, ...others].join('\n');
  const countAll = (pattern: RegExp): number => all.match(pattern)?.length ?? 0;
  const wraps = /\(\r?\n\s*['"][^\n]*['"],?\r?\n\s*\)/.test(all);
  const typescript = /\.[cm]?ts$/.test(path);
  const indent = /^(?<own>\t|\x20{2,8})\S/m.exec(text)?.groups?.['own'] ?? '  ';
  const literals = (delimiter: string): number => (text.match(LITERAL) ?? []).filter((one) => one.startsWith(delimiter)).length;
  const quote = literals('"') > literals("'") && !/^\s*(?:import|const).*'[^'\n]*';?$/m.test(text) ? '"' : "'";
  const longest = Math.max(...text.split('\n').map(({ length }) => length));
  return {
    quote,
    sqlQuote: count(SQL_IN_TEMPLATE) > count(SQL_IN_QUOTES) ? '`' : quote,
    semicolon: count(/;[^\S\n]*$/gm) * 3 >= count(/[\w)'"\]}][^\S\n]*$/gm) || count(/;[^\S\n]*$/gm) > 2 ? ';' : '',
    indent,
    line: /\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n',
    module: /^[^\S\n]*(?:module\.)?exports\b/m.test(text) ? 'commonjs' : /^[^\S\n]*(?:export|import)\b/m.test(text) || typescript || path.endsWith('.mjs') ? 'esm' : 'commonjs',
    typescript,
    trailing: /[\w'"`)\]}],\r?\n\s*\)/.test(all) ? 'all' : countAll(/[\w'"`)\]}]\r?\n\s*[}\]]\s*[,)]/g) > countAll(/,\r?\n\s*[}\]]/g) ? 'none' : 'es5',
    spaced: countAll(/(?<!\$)\{[\w'"]/g) <= countAll(/(?<!\$)\{ [\w'"]/g),
    width: wraps ? 80 : Math.min(120, Math.max(80, longest)),
    wraps,
  };
}

/** Comments, templates and texts, so that what looks like one inside of another is none. */
const LITERAL = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|`(?:[^`\\]|\\[\s\S])*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

/** Methods that are handed SQL as it is. */
const SQL_IN_TEMPLATE = /\b(?:query|raw|sql|addSql|execute|runSql)\(\s*`/g;
const SQL_IN_QUOTES = /\b(?:query|raw|sql|addSql|execute|runSql)\(\s*['"]/g;

/** A text as a literal on one line: in the project's quotes, unless the other ones need fewer escapes. */
export function literal(text: string, { quote }: Pick<Style, 'quote'>): string {
  const other = quote === "'" ? '"' : "'";
  const count = (of: string): number => text.split(of).length;
  const own = count(quote) > count(other) ? other : quote;
  return `${own}${escaped(text, own)}${own}`;
}

/** SQL as a literal; as a template where it goes over several lines, indented within the line that it begins on unless a text in it does so, too. */
export function sqlLiteral(text: string, style: Pick<Style, 'quote' | 'sqlQuote' | 'line' | 'indent'>, outer = ''): string {
  const { sqlQuote, line } = style;
  if (!text.includes('\n')) return sqlQuote === '`' ? `\`${escaped(text, '`')}\`` : literal(text, style);
  if (/\$\w*\$|'[^']*\n/.test(text)) return `\`${escaped(text, '`')}\``;
  const indent = outer + style.indent;
  const [first = '', ...rest] = text.split(/\r?\n/);
  const common = Math.min(...rest.filter((one) => one.trim() !== '').map((one) => one.length - one.trimStart().length));
  const own = [first, ...rest.map((one) => one.slice(Number.isFinite(common) ? common : 0))];
  return `\`${own.map((one) => (one.trim() === '' ? line : `${line}${indent}${escaped(one, '`')}`)).join('')}${line}${outer}\``;
}

/** Characters as they stand inside of a literal with these delimiters. */
export function escaped(text: string, delimiter: string): string {
  const safe = text.replaceAll('\\', '\\\\');
  if (delimiter === '`') return safe.replaceAll('`', '\\`').replaceAll('${', '\\${');
  return safe.replaceAll(delimiter, `\\${delimiter}`).replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
