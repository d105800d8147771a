import { isAbsolute, join, relative, resolve } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { info, setFailed, setOutput, setSecret, summary, warning } from '@actions/core';
import { context } from '@actions/github';
import { shownLines, leftAt, openRepository } from '../commands/git.ts';
import type { Linted, LintOptions, OpenedLint } from '../commands/lint-run.ts';
import { openLint, runLint } from '../commands/lint-run.ts';
import { fails } from '../commands/verdict.ts';
import { workshopFor } from '../commands/workshop.ts';
import { reason, userError } from '../config/errors.ts';
import { fix } from '../fix/engine.ts';
import { planDocument } from '../fix/plan-document.ts';
import { planMarkdown } from '../fix/plan-markdown.ts';
import { planFor } from '../fix/planner.ts';
import { sarif } from '../report/sarif.ts';
import { annotate, ordered } from './annotations.ts';
import { connect, statusOf } from './api.ts';
import { LONGEST_COMMENT, keepComment, markOf } from './comment.ts';
import { baseOf, pullRequestOf } from './event.ts';
import type { Inputs } from './inputs.ts';
import { readInputs } from './inputs.ts';
import { headline, page } from './page.ts';
import { suggest, suggestionsFrom } from './suggestions.ts';

/** What GitHub takes for the summary of a step, with room for other writers. */
const LONGEST_SUMMARY = 900_000;

/** The whole action. */
export async function run(): Promise<void> {
  const inputs = readInputs();
  if (inputs.token !== '') setSecret(inputs.token);
  const workspace = process.env['GITHUB_WORKSPACE'] ?? process.cwd();
  process.chdir(resolve(workspace, inputs.workingDirectory));
  const since = inputs.since === 'none' ? undefined : (inputs.since ?? baseOf(context));
  info(since === undefined ? 'The event names no base: all migrations are reported.' : `Reporting what is new since ${since}.`);

  const opened = await openLint(inputs.paths, optionsOf(inputs, since), warning);
  const linted = typeof opened === 'number' ? opened : await runLint(opened, info);
  if (typeof linted === 'number' || typeof opened === 'number') {
    if (linted === 2) throw userError('There is nothing that could be linted: see the lines above.');
    output({ findings: 0, risk: 'none' });
    return;
  }
  await report(linted, opened, inputs, since, workspace);
}

const optionsOf = ({ config, failOn, dialect, baseline }: Inputs, since: string | undefined): LintOptions => ({
  ...(config !== undefined && { config }),
  ...(failOn !== undefined && { 'fail-on': failOn }),
  ...(dialect !== undefined && { dialect }),
  ...(baseline !== undefined && { baseline: baseline === 'none' ? false : baseline }),
  ...(since !== undefined && { since }),
});

async function report({ histories, report: found }: Linted, opened: OpenedLint, inputs: Inputs, since: string | undefined, workspace: string): Promise<void> {
  const { project } = opened;
  const inRepository = (path: string): string => relative(workspace, join(project.root, path)).replaceAll('\\', '/');
  if (inputs.annotations !== 'none') annotate(found, inputs.annotations, inRepository);

  const problems = ordered(found).filter(({ severity }) => severity !== 'info');
  const workshop = problems.length === 0 ? undefined : await workshopFor(project, histories, {});
  const keys = new Set(problems.map(({ path, rule, fingerprint }) => `${path}\0${rule}\0${fingerprint}`));
  const paths = new Set(problems.map(({ path }) => path));
  const planned = workshop === undefined ? undefined : await planFor(workshop, ({ path, rule, fingerprint }) => keys.has(`${path}\0${rule}\0${fingerprint}`), paths);
  const document = planned === undefined ? undefined : planDocument(planned.sets, planned.refused, []);
  const plan = document === undefined || document.items.length === 0 ? undefined : planMarkdown({ ...document, refused: [] }).replace(/^#(?=#*\s)/gm, '##');
  const parts = { report: found, ruleUrl, plan };
  await summary.addRaw(page({ ...parts, most: LONGEST_SUMMARY })).write();

  const file = inputs.sarif;
  if (file !== undefined) {
    const target = isAbsolute(file) ? file : join(workspace, file);
    mkdirSync(resolve(target, '..'), { recursive: true });
    writeFileSync(target, sarif({ ...found, findings: found.findings.map((finding) => ({ ...finding, path: inRepository(finding.path) })), sources: new Map([...found.sources].map(([path, text]) => [inRepository(path), text])) }));
  }
  output({ findings: problems.length, risk: found.summary.risk, sarif: file });

  const pull = pullRequestOf(context);
  if (pull !== undefined && inputs.token !== '') {
    const place = { ...context.repo, number: pull.number };
    const api = connect(inputs.token);
    if (inputs.comment) {
      const body = problems.length === 0 ? undefined : page({ ...parts, most: LONGEST_COMMENT, whole: runUrl() });
      await unlessRefused('the comment', async () => { info(`Comment on the pull request: ${await keepComment(api, place, markOf(inputs.workingDirectory), body, `## ${headline(found, 0)}\n\nWhat was reported here before is resolved.\n`)}.`); });
    }
    if (inputs.suggestions && workshop !== undefined && since !== undefined) {
      const repository = openRepository(project.root);
      const base = leftAt(since, repository);
      const fixed = await fix(workshop, { suggestions: false, rules: undefined, mayEdit: (path) => paths.has(path) });
      const offered = suggestionsFrom(fixed, (path) => project.tree.read(path), (path) => shownLines(base, path, repository)).map((one) => ({ ...one, path: inRepository(one.path) }));
      await unlessRefused('suggested changes', async () => { info(`Suggested changes: ${String(await suggest(api, place, pull.head, offered))} new.`); });
    }
  }
  if (fails(found, project.config)) setFailed(headline(found, problems.length));
}

function output({ findings, risk, sarif: file }: { readonly findings: number; readonly risk: string; readonly sarif?: string | undefined }): void {
  setOutput('findings', findings);
  setOutput('risk', risk);
  setOutput('sarif', file ?? '');
}

/** A pull request from a fork has a token that may only read: then annotations and summary have to do. */
async function unlessRefused(what: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const status = statusOf(error);
    if (status === 403 || status === 401 || status === 404) info(`No ${what.replace(/^the /, '')}: the token may not write to pull requests (GitHub answered ${String(status)}). Forks never may; otherwise give the job "permissions: pull-requests: write".`);
    else warning(`GitHub did not take ${what}: ${reason(error)}`);
  }
}

function ruleUrl(rule: string): string | undefined {
  const { GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref, GITHUB_SERVER_URL: server } = process.env;
  return repository === undefined || repository === '' || server === undefined ? undefined : `${server}/${repository}/blob/${ref === undefined || ref === '' ? 'main' : ref}/rules/${rule}.md`;
}

function runUrl(): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = process.env;
  return server === undefined || repository === undefined || id === undefined ? undefined : `${server}/${repository}/actions/runs/${id}`;
}
