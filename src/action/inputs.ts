import { getBooleanInput, getInput } from '@actions/core';
import { FAIL_ON } from '../config/user-config.ts';
import { userError } from '../config/errors.ts';

/** What the workflow says; `action.yml` is its contract. */
export interface Inputs {
  readonly paths: readonly string[];
  readonly config: string | undefined;
  readonly failOn: string | undefined;
  readonly annotations: (typeof ANNOTATIONS)[number];
  readonly comment: boolean;
  readonly suggestions: boolean;
  readonly sarif: string | undefined;
  readonly dialect: string | undefined;
  readonly workingDirectory: string;
  readonly since: string | undefined;
  readonly baseline: string | undefined;
  readonly token: string;
}

const ANNOTATIONS = ['all', 'problems', 'none'] as const;

export function readInputs(): Inputs {
  const text = (name: string): string | undefined => getInput(name) || undefined;
  const annotations = text('annotations') ?? 'all';
  const failOn = text('fail-on');
  const known = ANNOTATIONS.find((each) => each === annotations);
  if (known === undefined) throw userError(`annotations must be one of ${ANNOTATIONS.join(', ')}, not "${annotations}".`);
  if (failOn !== undefined && !(FAIL_ON as readonly string[]).includes(failOn)) throw userError(`fail-on must be one of ${FAIL_ON.join(', ')}, not "${failOn}".`);
  return {
    paths: (text('paths') ?? '').split(/\r?\n/).map((path) => path.trim()).filter((path) => path !== ''),
    config: text('config'),
    failOn,
    annotations: known,
    comment: getBooleanInput('comment'),
    suggestions: getBooleanInput('suggestions'),
    sarif: text('sarif-file'),
    dialect: text('dialect'),
    workingDirectory: text('working-directory') ?? '.',
    since: text('since'),
    baseline: text('baseline'),
    token: getInput('token'),
  };
}
