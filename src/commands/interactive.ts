import type { Interface } from 'node:readline/promises';
import { createInterface } from 'node:readline/promises';
import { patch } from '../fix/diff.ts';
import type { FixOptions } from '../fix/engine.ts';
import { layOut } from '../fix/layout.ts';
import type { Workshop } from '../fix/lint-run.ts';
import { wrap } from '../report/layout.ts';
import type { Terminal } from './terminal.ts';
import { print } from './terminal.ts';

export interface Asker {
  readonly ask: NonNullable<FixOptions['ask']>;
  end(): void;
}

/** Shows what would be changed for each finding and asks whether to do it. */
export function asker({ tree }: Workshop, { color, width }: Terminal, shownPath: (path: string) => string): Asker {
  const input = createInterface({ input: process.stdin, output: process.stdout });
  input.on('SIGINT', () => {
    input.close();
    process.kill(process.pid, 'SIGINT');
  });
  return {
    async ask(proposal) {
      const { finding, plan } = proposal;
      const set = layOut([proposal], tree);
      const lines = [`${color.cyan(finding.rule)}  ${color.dim(shownPath(finding.path))}`, ...wrap(finding.message, width), '', color.bold(plan.title), ''];
      print(`\n${lines.join('\n')}\n${typeof set === 'string' ? `${set}\n` : painted(patch(set.files), color)}`);
      return answered(input);
    },
    end() {
      input.close();
    },
  };
}

/** Whoever closes the input, as with Ctrl+D, has said what to do so far; Ctrl+C ends the program before anything is written. */
export async function answered(input: Interface): Promise<'yes' | 'no' | 'stop'> {
  for (;;) {
    const answer = await input.question('Apply? [y]es, [n]o, [q]uit: ').then(
      (text) => text.trim().toLowerCase(),
      (error: unknown) => {
        if (error instanceof Error && error.name === 'AbortError') return 'q';
        throw error;
      },
    );
    if (answer === 'y' || answer === 'yes') return 'yes';
    if (answer === 'n' || answer === 'no' || answer === '') return 'no';
    if (answer === 'q' || answer === 'quit') return 'stop';
  }
}

const painted = (text: string, color: Terminal['color']): string =>
  text.replace(/^.*$/gm, (line) => (line.startsWith('+') ? color.green(line) : line.startsWith('-') ? color.red(line) : line.startsWith('@@') ? color.cyan(line) : line));
