// dist/eslint.js: the ESLint plugin, from V8's code cache. The first run that judges a migration fills it.
import { runCached } from './code-cache.mjs';

const { default: plugin, ready } = runCached(PLUGIN, (program) => program.hasJudged());

export { plugin as default, ready };
