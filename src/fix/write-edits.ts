import type { FileChange, FileTree, Writer } from '../frameworks/framework.ts';
import { withBlocks } from '../frameworks/shared/statement-blocks.ts';
import { isRefused } from '../frameworks/shared/writing.ts';
import type { Script } from '../ir/migration.ts';
import type { LintHistory } from '../replay/history.ts';
import type { Edit } from './edits.ts';
import { applyEdits } from './edits.ts';
import { readerOf } from './world.ts';

/** The file of a script after edits of what it sends; a string says why it cannot be. */
export function writeEdits(script: Script, edits: readonly Edit[], writer: Writer, tree: FileTree, entry: LintHistory): readonly FileChange[] | string {
  if (script.host === undefined) {
    const text = withBlocks(applyEdits(script.text, edits), writer.block, script.text);
    return [{ path: script.path, text: writer.uncut?.(script.path, text, script.text) ?? text, before: script.text }];
  }
  const written = writer.rewrite?.(script, edits, tree, readerOf(entry)) ?? { refused: 'The way back is a program, which Lockkeeper cannot change.' };
  return isRefused(written) ? written.refused : written;
}
