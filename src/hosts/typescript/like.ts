import type { Span } from '../../source/text.ts';
import type { Piece } from './body.ts';
import { bodyEdits } from './body.ts';
import type { DirectionPlace, Directions } from './directions.ts';
import { directionsOf } from './directions.ts';
import type { Need } from './imports.ts';
import { withImports, withoutUnused } from './imports.ts';
import type { Node, Statement } from './nodes.ts';
import { parse } from './parse.ts';
import type { Style } from './style.ts';
import { edited, linesOf } from './text-edits.ts';
import type { TextEdit } from './text-edits.ts';

/** A new migration in the form of one that is there. */
export interface LikeThis {
  readonly up: readonly Piece[];
  /** Absent: the new one has none, whatever the model has. */
  readonly down?: readonly Piece[];
  readonly needs: readonly Need[];
  readonly waits: boolean;
  /** The name of the new class. */
  readonly className?: (old: string) => string;
  /** Whether a statement of the model is of no migration in particular. */
  readonly isCommon: (statement: string) => boolean;
}

/** What a file says of tools and types, which holds for any migration. */
const GENERAL = /@type\b|@param\b|@returns?\b|@ts-|eslint|prettier|biome|tslint|istanbul|licen[sc]e|copyright/i;

/** The text of a new migration after the model of another: its form, with other calls. Undefined where the model's form cannot be made out. */
export function fileLike(model: string, path: string, style: Style, like: LikeThis): string | undefined {
  const found = directionsOf(model, path);
  if (found?.up === undefined || (found.className === undefined) !== (like.className === undefined)) return undefined;
  const { up, down, className } = found;
  const edits: TextEdit[] = [...directionEdits(model, up, like.up, style, like, up)];
  if (like.down !== undefined && down !== undefined) edits.push(...directionEdits(model, down, like.down, style, like, up));
  for (const node of found.beside) if (!isName(node)) edits.push(withGap(model, spanOf(node)));
  for (const statement of found.statements) if (!stays(statement, found, model, like)) edits.push(withGap(model, spanOf(statement)));
  for (const comment of parse(model, path).program.comments) if (!GENERAL.test(model.slice(...comment.range))) edits.push(linesOf(model, spanOf(comment)));
  let text = edited(model, edits.filter((edit) => !edits.some((other) => other !== edit && other.start <= edit.start && edit.end <= other.end && other.end - other.start > edit.end - edit.start)));
  if (like.down !== undefined && down === undefined) {
    const written = withWayBack(text, path, like.down, style, like.waits);
    if (written === undefined) return undefined;
    text = written;
  }
  if (className !== undefined && like.className !== undefined) {
    const old = model.slice(className.start, className.end);
    text = text.replaceAll(new RegExp(`\\b${old}\\b`, 'g'), like.className(old));
  }
  return tidied(withoutUnused(withImports(text, path, like.needs, style), path, style), model);
}

/** A file with the way back that it lacks, in the form of its way forward, or in place of an empty one. */
export function withWayBack(text: string, path: string, pieces: readonly Piece[], style: Style, waits: boolean): string | undefined {
  const found = directionsOf(text, path);
  if (found?.up === undefined) return undefined;
  const { up, down } = found;
  if (down !== undefined) return edited(text, directionEdits(text, down, pieces, style, { waits }, up));
  const copy = edited(text, [...directionEdits(text, up, pieces, style, { waits }, up), { ...up.key, text: 'down' }]);
  const shift = copy.length - text.length;
  const own = copy.slice(up.owner.start, up.owner.end + shift);
  const indent = /[^\S\n]*$/.exec(text.slice(0, up.owner.start))?.[0] ?? '';
  const comma = up.ownedBy === 'object' && !/^\s*,/.test(text.slice(up.owner.end)) ? ',' : '';
  const at = up.owner.end + (up.ownedBy === 'object' ? (/^\s*,/.exec(text.slice(up.owner.end))?.[0].length ?? 0) : 0);
  const last = up.ownedBy === 'object' && (comma === '' || style.trailing !== 'none') ? ',' : '';
  return edited(text, [{ start: at, end: at, text: `${comma}${style.line}${style.line}${indent}${own}${last}` }]);
}

/** Another body, and the parameters that it needs: a further one that it does not use goes, unless the model keeps such. */
function directionEdits(text: string, place: DirectionPlace, pieces: readonly Piece[], style: Style, { waits }: { readonly waits: boolean }, up: DirectionPlace): readonly TextEdit[] {
  const calls = pieces.some(({ call }) => call !== undefined);
  const lacks = calls && place.names.length < up.names.length && (place.names[0] ?? '') === '' && !place.bareParameter;
  const from = lacks ? up : place;
  const edits = bodyEdits(text, place, pieces, style, { waits, names: from.names });
  const written = edits.map((edit) => edit.text).join('');
  const uses = (body: string, name: string | undefined): boolean => name !== undefined && name !== '' && new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(body);
  const idle = ({ names, body }: DirectionPlace): boolean => names.length > 1 && !uses(text.slice(body.start, body.end), names[1]);
  const goes = from.names.length > 1 && !uses(written, from.names[1]) && ![place, up].some(idle);
  if (!lacks && !goes) return edits;
  const [first] = from.function.params;
  const end = goes && first !== undefined ? first.range[1] : from.parameters.end;
  return [...edits, { ...place.parameters, text: text.slice(from.parameters.start, end) }];
}

const spanOf = ({ range: [start, end] }: { readonly range: readonly [number, number] }): Span => ({ start, end });

const isName = (node: Node): boolean => node.type === 'PropertyDefinition' && node.key.type === 'Identifier' && node.key.name === 'name';

function stays(statement: Statement, { up, down, className, beside }: Directions, text: string, { isCommon }: LikeThis): boolean {
  const { start, end } = spanOf(statement);
  const source = text.slice(start, end);
  const holds = [up?.owner, down?.owner, className, ...beside.map(spanOf)].some((own) => own !== undefined && own.start >= start && own.end <= end);
  if (holds || statement.type === 'ImportDeclaration' || /^['"]use strict['"];?$/.test(source) || /^(?:const|let|var)\s[^=]*=\s*require\(/.test(source)) return true;
  const own = className === undefined ? undefined : text.slice(className.start, className.end);
  if (/^(?:export\s+default|export\s*=|(?:module\.)?exports\b)/.test(source) && (own === undefined ? /^(?:module\.exports\s*=|export\s+default|export\s*=)/.test(source) : source.includes(own))) return true;
  return !/\btransaction\b|=>|\bfunction\b(?![^{]*setup)/.test(source.replace(/\bexports\.setup\s*=\s*function\b[^]*/, '')) && isCommon(source);
}

/** With the comma behind it. */
function withGap(text: string, { start, end }: Span): TextEdit {
  const comma = /^\s*,/.exec(text.slice(end))?.[0].length ?? 0;
  return linesOf(text, { start, end: end + comma });
}

/** No more than one empty line, none at the ends of blocks unless the model has them there. */
function tidied(text: string, model: string): string {
  const single = text.replace(/(\r?\n)(?:[^\S\n]*\r?\n){2,}/g, '$1$1').replace(/^(?:[^\S\n]*\r?\n)+/, '');
  const opened = OPENED.test(model) ? single : single.replace(new RegExp(OPENED, 'g'), '$1');
  return CLOSED.test(model) ? opened : opened.replace(new RegExp(CLOSED, 'g'), '$1$2');
}

const OPENED = /(\{[^\S\n]*\r?\n)(?:[^\S\n]*\r?\n)+/;
const CLOSED = /(\r?\n)(?:[^\S\n]*\r?\n)+([^\S\n]*\})/;
