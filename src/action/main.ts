import { setFailed } from '@actions/core';
import { isUserError } from '../config/errors.ts';
import { run } from './run.ts';

run().catch((error: unknown) => {
  setFailed(isUserError(error) ? error.lines.join('\n') : error instanceof Error ? (error.stack ?? error.message) : String(error));
});
