import { isTerminal } from './terminal.ts';

export interface Progress {
  show(done: number): void;
  end(): void;
}

const PATIENCE = 800;
const PAUSE = 100;
const WIDTH = 30;

/** A bar on standard error, once a run has taken long enough for somebody to wonder. */
export function progressBar(): Progress {
  const started = Date.now();
  let last = started + PATIENCE - PAUSE;
  let drawn = false;
  let watched: boolean | undefined;
  return {
    show(done) {
      const now = Date.now();
      if (now - last < PAUSE) return;
      last = now;
      watched ??= isTerminal(2);
      if (!watched) return;
      drawn = true;
      const full = Math.round(done * WIDTH);
      process.stderr.write(`\r${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${String(Math.round(done * 100)).padStart(3)} %`);
    },
    end() {
      if (drawn) process.stderr.write(`\r${' '.repeat(WIDTH + 6)}\r`);
    },
  };
}
