import type { Span } from '../../source/text.ts';
import type { HistoryProblem } from '../framework.ts';
import { hasSql, linesWith, skipBlank } from './text.ts';
import { roughStatements } from './statements.ts';

/** A comment line `-- +tool command arguments`. */
export interface Annotation {
  readonly line: Span;
  /** Offset of the line after it. */
  readonly next: number;
  readonly words: readonly string[];
  /** Blanks before the dashes. */
  readonly indented: boolean;
}

export function annotations(text: string, prefix: string): readonly Annotation[] {
  const found: Annotation[] = [];
  for (const { start, end, next, text: line } of linesWith(text, prefix)) {
    const match = /^([ \t]*)--[ \t]*(\S.*)$/.exec(line);
    if (match === null || !(match[2] ?? '').startsWith(prefix)) continue;
    const words = (match[2] ?? '').slice(prefix.length).trim().split(/\s+/).filter((word) => word !== '');
    found.push({ line: { start, end }, next, words, indented: match[1] !== '' });
  }
  return found;
}

/** What the tools of the goose family have in common: Up and Down sections, statement blocks, a split at line ends. */
export interface Sectioned {
  readonly up: readonly Span[];
  readonly down?: readonly Span[];
  /** Between a statement begin and its end: sent as one string. */
  readonly blocks: readonly Span[];
  readonly problems: readonly HistoryProblem[];
}

type Command = 'up' | 'down' | 'begin' | 'end' | 'other' | undefined;

export interface Grammar {
  readonly path: string;
  /** As in `-- +goose`, for the messages. */
  readonly mark: string;
  /** What the annotation is; undefined where the tool refuses it. */
  command(annotation: Annotation): Command;
}

export function readSections(text: string, found: readonly Annotation[], { path, mark, command }: Grammar): Sectioned {
  const problems: HistoryProblem[] = [];
  const complain = (detail: string, span?: Span): void => {
    problems.push({ problem: 'bad-annotation', path, detail, ...(span === undefined ? {} : { span }) });
  };
  const sections: { up: Span[]; down: Span[] } = { up: [], down: [] };
  const blocks: Span[] = [];
  let direction: 'up' | 'down' | undefined;
  let from = 0;
  let block: Annotation | undefined;
  const close = (end: number): void => {
    if (direction !== undefined) sections[direction].push({ start: from, end });
    else if (hasSql(text, { start: 0, end })) complain(`SQL stands before the first \`${mark} Up\` line.`, sqlIn(text, { start: 0, end }));
  };
  for (const annotation of found) {
    const kind = command(annotation);
    if (kind === 'up' || kind === 'down') {
      if (block !== undefined) complain(`The statement block that starts here has no \`${mark} StatementEnd\`.`, block.line);
      close(annotation.line.start);
      block = undefined;
      direction = kind;
      from = annotation.next;
    } else if (kind === 'begin') block = annotation;
    else if (kind === 'end') {
      if (block === undefined) complain(`\`${mark} StatementEnd\` without a \`${mark} StatementBegin\` before it.`, annotation.line);
      else blocks.push({ start: block.next, end: annotation.next });
      block = undefined;
    } else if (kind === undefined) complain(`\`${mark}\` knows no annotation \`${annotation.words.join(' ')}\`.`, annotation.line);
  }
  if (block !== undefined) complain(`The statement block that starts here has no \`${mark} StatementEnd\`.`, block.line);
  close(text.length);
  if (sections.up.length === 0) complain(`There is no \`${mark} Up\` line.`);
  for (const section of [...sections.up, ...sections.down]) if (block === undefined) checkSplit(text, section, blocks, mark, complain);
  return { up: sections.up.length > 0 ? sections.up : [{ start: 0, end: text.length }], ...(sections.down.length > 0 ? { down: sections.down } : {}), blocks, problems };
}

/** Outside of blocks these tools end a statement at a line that ends in a semicolon, whatever it stands in, and at nothing else. */
function checkSplit(text: string, section: Span, blocks: readonly Span[], mark: string, complain: (detail: string, span: Span) => void): void {
  for (const gap of gaps(section, blocks)) {
    let last: Span | undefined;
    for (const statement of roughStatements(text, gap)) {
      last = statement;
      const split = statement.dollars.find(({ start, end }) => /;[ \t]*(?:--[^\n]*)?\r?\n/.test(text.slice(start, end)));
      if (split !== undefined) {
        complain(`Without \`${mark} StatementBegin\` and \`${mark} StatementEnd\` around it, this statement is cut at the first line of its body that ends in a semicolon.`, {
          start: statement.start,
          end: split.start,
        });
        last = undefined;
        break;
      }
    }
    if (last !== undefined && text.charAt(last.end) !== ';') complain('The last statement of the section has no semicolon at its end.', last);
  }
}

function gaps(section: Span, blocks: readonly Span[]): readonly Span[] {
  const found: Span[] = [];
  let from = section.start;
  for (const block of blocks) {
    if (block.end <= section.start || block.start >= section.end) continue;
    found.push({ start: from, end: block.start });
    from = block.end;
  }
  found.push({ start: from, end: section.end });
  return found;
}

function sqlIn(text: string, { start, end }: Span): Span {
  const at = skipBlank(text, start, end);
  return { start: at, end: Math.min(end, text.indexOf('\n', at) < 0 ? end : text.indexOf('\n', at)) };
}
