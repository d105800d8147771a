import type { ResolvedConfig } from '../config/config.ts';
import { scopeFor } from '../config/config.ts';
import { didYouMean } from '../config/suggest.ts';
import { indexNamed } from '../pipeline.ts';
import type { LintHistory } from '../replay/history.ts';

/** What `startAfter` says and no migration is called, with what may be meant. */
export function unknownStart(config: ResolvedConfig, histories: readonly LintHistory[]): { readonly version: string; readonly hint: string } | undefined {
  const sources = histories.flatMap(({ history }) => history.migrations);
  const wanted = new Set(histories.flatMap(({ history }) => scopeFor(config, history.migrations[0]?.up.path ?? history.folder).startAfter ?? []));
  const version = [...wanted].find((name) => indexNamed(sources, name) < 0);
  return version === undefined ? undefined : { version, hint: didYouMean(version, sources.flatMap((source) => [source.version ?? source.name, source.name, source.up.path])) };
}
