/** How a project writes JavaScript, told by one of its files. */
export interface Style {
  readonly quote: "'" | '"';
  readonly semicolon: ';' | '';
  readonly indent: string;
  readonly line: '\n' | '\r\n';
  readonly module: 'esm' | 'commonjs';
  readonly typescript: boolean;
}

export function styleOf(text: string, path: string): Style {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const typescript = /\.[cm]?ts$/.test(path);
  const indent = /^(?<own>\t|\x20{2,8})\S/m.exec(text)?.groups?.['own'] ?? '  ';
  return {
    quote: count(/"(?:[^"\\\n]|\\.)*"/g) > count(/'(?:[^'\\\n]|\\.)*'/g) && !/^\s*(?:import|const).*'[^'\n]*';?$/m.test(text) ? '"' : "'",
    semicolon: count(/;[^\S\n]*$/gm) * 3 >= count(/[\w)'"\]}][^\S\n]*$/gm) || count(/;[^\S\n]*$/gm) > 2 ? ';' : '',
    indent,
    line: /\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n',
    module: /^[^\S\n]*(?:module\.)?exports\b/m.test(text) ? 'commonjs' : /^[^\S\n]*(?:export|import)\b/m.test(text) || typescript || path.endsWith('.mjs') ? 'esm' : 'commonjs',
    typescript,
  };
}

/** A text as a literal: in the project's quotes on one line, as a template on several. */
export function literal(text: string, { quote, line }: Pick<Style, 'quote' | 'line'>, indent = ''): string {
  if (!text.includes('\n')) return `${quote}${escaped(text, quote)}${quote}`;
  const body = text.replaceAll(/\r?\n/g, `${line}${indent}`);
  return `\`${line}${indent}${escaped(body, '`')}${line}${indent.replace(/(?:\t|\x20{1,8})$/, '')}\``;
}

/** Characters as they stand inside of a literal with these delimiters. */
export function escaped(text: string, delimiter: string): string {
  const safe = text.replaceAll('\\', '\\\\');
  if (delimiter === '`') return safe.replaceAll('`', '\\`').replaceAll('${', '\\${');
  return safe.replaceAll(delimiter, `\\${delimiter}`).replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
