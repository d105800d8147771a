/** One finding as ESLint's JSON gives it; lines and columns from 1. */
export interface Marked {
  readonly ruleId: string | null;
  readonly severity: number;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

const WIDTH = 1040;
const LINE = 22;
const CHAR = 8.4;
const LEFT = 64;
const TOP = 58;

/** A file as an editor shows it: findings underlined, and each told below its line. An SVG that takes the colours of its reader. */
export function editorPicture(name: string, text: string, findings: readonly Marked[]): string {
  const rows: string[] = [];
  let y = TOP;
  for (const [index, line] of text.trimEnd().split('\n').entries()) {
    const own = findings.filter((finding) => finding.line === index + 1);
    rows.push(`<text class="number" x="${String(LEFT - 16)}" y="${String(y)}">${String(index + 1)}</text>`, `<text class="code" x="${String(LEFT)}" y="${String(y)}">${coloured(line)}</text>`);
    for (const finding of own) rows.push(wave(finding, line, y + 5));
    y += LINE;
    for (const finding of own) {
      const parts = wrapped(`${finding.message}`, 104);
      for (const [part, words] of parts.entries()) {
        rows.push(`<text class="told" x="${String(LEFT + 24)}" y="${String(y)}">${part === 0 ? `<tspan class="${finding.severity === 2 ? 'error' : 'warning'}">${finding.severity === 2 ? '✖' : '▲'}</tspan> ` : '  '}${escaped(words)}</text>`);
        y += LINE;
      }
      rows.push(`<text class="rule" x="${String(LEFT + 43)}" y="${String(y)}">${escaped(finding.ruleId ?? '')}</text>`);
      y += LINE + 4;
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(y)}" width="${String(WIDTH)}" role="img" aria-label="${escaped(name)} in an editor, with ${String(findings.length)} findings">`,
    STYLE,
    `<rect class="window" x="1" y="1" width="${String(WIDTH - 2)}" height="${String(y - 2)}" rx="8"/>`,
    `<text class="name" x="24" y="28">${escaped(name)}</text>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = `<style>
text { font: 14px ui-monospace, Menlo, Consolas, monospace; white-space: pre; fill: #24292f }
.window { fill: #fff; stroke: #d0d7de }
.name, .number, .rule { fill: #6e7781 }
.number { text-anchor: end }
.told { fill: #57606a }
.word { fill: #0550ae }
.string { fill: #0a3069 }
.error { fill: #cf222e; stroke: none }
.warning { fill: #9a6700; stroke: none }
path { fill: none; stroke: #cf222e; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .window { fill: #0d1117; stroke: #30363d }
  .name, .number, .rule { fill: #8b949e }
  .told { fill: #b1bac4 }
  .word { fill: #79c0ff }
  .string { fill: #a5d6ff }
  .error { fill: #ff7b72 }
  .warning { fill: #d29922 }
  path { stroke: #ff7b72 }
}
</style>`;

function wave({ line, column, endLine, endColumn }: Marked, text: string, y: number): string {
  const end = endLine === line && endColumn !== undefined ? endColumn : text.length + 1;
  const from = LEFT + (column - 1) * CHAR;
  const count = Math.max(1, Math.round(((end - column) * CHAR) / 6));
  return `<path d="M${from.toFixed(1)} ${String(y)}${'q1.5 -3 3 0t3 0'.repeat(count)}"/>`;
}

const coloured = (line: string): string =>
  line.replace(/'[^']*'|\b[A-Z]{2,}\b|[&<>"]/g, (part) => (part.startsWith("'") ? `<tspan class="string">${escaped(part)}</tspan>` : /^[A-Z]/.test(part) ? `<tspan class="word">${part}</tspan>` : escaped(part)));

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function wrapped(text: string, width: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
