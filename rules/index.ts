// Generated from the files of this folder; never edited.
import type { Rule } from '../src/rule.ts';
import noBlockingIndexBuild from './no-blocking-index-build.ts';

export const rules: readonly Rule[] = [
  noBlockingIndexBuild,
];
