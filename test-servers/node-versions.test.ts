import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cli } from '../test/support/cli.ts';
import { npmTools } from '../test/support/tools.ts';

const VERSIONS = ['22.23.3', '24.9.0', '26.10.0'];
const PROJECT = resolve('fixtures/projects/webshop');
const COMMANDS = [['lint', '--format', 'json'], ['lint', '--no-color'], ['fix', '--dry-run'], ['plan'], ['inspect'], ['rules'], ['lint', '--fromat']];

// The packages are the ones that npm itself offers for "node" as a dependency, a platform each.
describe.each(VERSIONS)('Node %s', (version) => {
  let node: string;
  beforeAll(() => {
    const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
    node = join(npmTools({ [name]: version }), name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  });

  test.each(COMMANDS.map((args) => [args.join(' '), args] as const))('%s says what it says on the Node of the tests', (_name, args) => {
    const own = cli.run(PROJECT, [...args, ...(args[0] === 'lint' ? ['--no-cache'] : [])]);
    const { status, stdout, stderr } = spawnSync(node, [cli.path, ...args, ...(args[0] === 'lint' ? ['--no-cache'] : [])], { cwd: PROJECT, encoding: 'utf8', input: '', maxBuffer: 1 << 28 });
    expect({ code: status, out: stdout, err: stderr }).toEqual(own);
  });
});
