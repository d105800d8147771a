import { WAITING } from '../headline.ts';
import { html } from './escape.ts';
import type { Bar, Transaction } from './model.ts';

const WIDE = 940;
const ROW = 44;
const TOP = 46;
const LEFT = 12;
const MOST_ROWS = 14;

/** What is held when, as a picture: a column for each statement, a bar for each lock. Words say what colours say. */
export function timeline({ statements, bars, title }: Transaction): string {
  const shown = bars.slice(0, MOST_ROWS);
  const step = Math.max(170, Math.min(310, WIDE / statements.length));
  const width = LEFT * 2 + statements.length * step;
  const height = TOP + shown.length * ROW + 10;
  const columns = statements.map((statement, index) => {
    const x = LEFT + index * step;
    return `<line class="grid" x1="${String(x)}" y1="24" x2="${String(x)}" y2="${String(height - 4)}"/><text class="head" x="${String(x + 4)}" y="16">${html(`line ${String(statement.line)}`)}</text><text class="sub" x="${String(x + 4)}" y="34">${html(clip(statement.work, 26))}</text>`;
  });
  const lines = shown.map((bar, index) => drawn(bar, index, statements.length, step));
  const more = bars.length - shown.length;
  return [
    `<div class="scroll" tabindex="0" role="region" aria-label="${html(`Lock timeline: ${title}`)}">`,
    `<svg class="timeline" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}" role="img" aria-label="${html(spoken(bars))}">`,
    ...columns,
    ...lines,
    '</svg></div>',
    ...(more > 0 ? [`<p class="note">and ${String(more)} more locks</p>`] : []),
  ].join('\n');
}

function drawn({ relation, lock, from, to }: Bar, row: number, count: number, step: number): string {
  const x = LEFT + from * step;
  const y = TOP + row * ROW;
  const width = (Math.min(to, count - 1) - from + 1) * step - 6;
  const second = `${lock.mode.replace(/Lock$/, '')}: ${WAITING[lock.blocks]} wait`;
  const says = `${relation}, ${second}`;
  return `<g class="bar ${lock.blocks}"><title>${html(says)}</title><rect x="${String(x)}" y="${String(y)}" width="${String(width)}" height="${String(ROW - 8)}" rx="4"/><text class="name" x="${String(x + 8)}" y="${String(y + 15)}">${html(clip(relation, Math.floor(width / 7.4)))}</text><text x="${String(x + 8)}" y="${String(y + 29)}">${html(clip(second, Math.floor(width / 6.6)))}</text></g>`;
}

const spoken = (bars: readonly Bar[]): string =>
  bars.map(({ relation, lock, from, to }) => `${lock.mode} on ${relation} from statement ${String(from + 1)} to ${String(to + 1)}: ${WAITING[lock.blocks]}`).join('; ') || 'No lock that anybody waits for.';

const clip = (text: string, length: number): string => (text.length > length ? `${text.slice(0, Math.max(1, length - 1))}…` : text);
