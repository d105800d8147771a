/** For the environment of a child process: it takes its standard error for a terminal, although it is a pipe that can be read here. */
export const ON_A_TERMINAL: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    `import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const real = fs.fstatSync;
    fs.fstatSync = (descriptor, ...rest) => (descriptor === 2 ? { isCharacterDevice: () => true } : real(descriptor, ...rest));
    Object.defineProperty(process.stderr, 'isTTY', { value: true });
    syncBuiltinESMExports();`,
  )}`,
};

export interface Screen {
  /** What the last line said whenever the cursor went back to its start. */
  readonly seen: readonly string[];
  /** What is left of it in the end. */
  readonly left: string;
}

/** The last line of a terminal that was sent these characters. */
export function screenOf(sent: string): Screen {
  const seen: string[] = [];
  let line: string[] = [];
  let at = 0;
  for (const character of sent) {
    if (character === '\r') {
      seen.push(line.join('').trimEnd());
      at = 0;
    } else if (character === '\n') {
      line = [];
      at = 0;
    } else line[at++] = character;
  }
  return { seen: seen.filter((each) => each !== ''), left: line.join('').trim() };
}
