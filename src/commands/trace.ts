import { traceJson } from '../report/trace/json.ts';
import { traceMarkdown } from '../report/trace/markdown.ts';
import { traceText } from '../report/trace/text.ts';
import { tally } from '../report/trace/words.ts';
import type { TraceHistory, TraceReport } from '../servers/trace-model.ts';
import { trace } from '../servers/trace.ts';
import { multiplyRows } from '../servers/verify/bulk.ts';
import { fillTables } from '../servers/verify/fill.ts';
import { version } from '../version.ts';
import type { OptionValues } from './arguments.ts';
import { wholeNumber } from './arguments.ts';
import { lintPending, openPending, touchedTables, withWorkplaces } from './pending.ts';
import { progressBar } from './progress.ts';
import { namesFromHere } from './project.ts';
import type { TRACE } from './specs.ts';
import type { Terminal } from './terminal.ts';
import { print, save } from './terminal.ts';

/** Answers with 0 when everything went as predicted, 1 when something did not or was refused, 2 when it could not run. */
export async function traceCommand(operands: readonly string[], options: OptionValues<typeof TRACE.options>, terminal: Terminal): Promise<number> {
  const rows = options.rows === undefined ? undefined : wholeNumber(options.rows, 'rows');
  const opened = await openPending(operands, options);
  if (opened === undefined) return 2;
  const touched = rows === undefined ? new Set<string>() : touchedTables(lintPending(opened));
  const progress = progressBar();
  const histories: TraceHistory[] = [];
  await withWorkplaces(opened, options, async ({ entry, history, pending, setup }, workplace) => {
    const { framework, folder } = entry.history;
    histories.push(
      await trace(workplace, {
        framework,
        folder,
        dialect: entry.dialect,
        history,
        pending: pending.map(({ source, up }) => ({ script: up, name: source.name, version: source.version ?? null })),
        ...(setup !== undefined && { setup }),
        async prepare(place) {
          if (rows === undefined) return [];
          const { notes } = await fillTables(await place.freshSession(), { round: 0 });
          return [...notes, ...(await multiplyRows(await place.freshSession(), rows, ({ schema, name }) => touched.has(`${schema}.${name}`)))];
        },
        progress: progress.show,
      }),
    );
  }).finally(() => {
    progress.end();
  });
  const sources = new Map(opened.histories.flatMap(({ pending }) => pending.map(({ up }) => [up.path, up.text])));
  const report: TraceReport = { tool: { name: 'lockkeeper', version }, histories, sources };
  const file = options['output-file'];
  const shown = { color: file === undefined && terminal.colorful, width: terminal.width, ...namesFromHere(opened.project.root) };
  const text = options.format === 'json' ? traceJson(report) : options.format === 'markdown' ? traceMarkdown(report) : traceText(report, shown);
  if (file === undefined) print(text);
  else save(file, text);
  const { different, refused } = tally(report);
  return different + refused > 0 ? 1 : 0;
}
