import { counted } from '../../source/words.ts';
import { html } from './escape.ts';
import type { ChangeDocument, ChangedMigration, PlannedStep, Query } from './model.ts';
import { STYLE } from './style.ts';
import { timeline } from './timeline.ts';

/** One page that needs nothing else: no network, no script. */
export function changeHtml(change: ChangeDocument): string {
  const { migrations, plan, preflight, verification, checklist, rollback, risk, tool } = change;
  const sections: readonly (readonly [id: string, title: string, body: string])[] = [
    ['summary', 'Summary', summary(change)],
    ['migrations', 'What each migration does', migrations.map(migration).join('\n')],
    ['plan', 'The plan: the same without blocking anybody', plan.length === 0 ? '<p>Nothing has a safer form that could be written.</p>' : plan.map(step).join('\n')],
    ['checklist', 'Deployment checklist', `<ul class="check">${checklist.map((item) => `<li><label><input type="checkbox"><span>${html(item)}</span></label></li>`).join('')}</ul>`],
    ['preflight', 'Before the deploy: preflight queries', queries(preflight)],
    ['verification', 'After the deploy: verification queries', queries(verification)],
    ['rollback', 'If it has to be taken back', `<ol>${rollback.map((item) => `<li>${html(item)}</li>`).join('')}</ol>`],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Migration report: risk ${html(risk)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#summary">To the summary</a>
<header>
<h1>Migration report</h1>
<p class="lead">${badge(risk)} highest risk of ${counted(migrations.length, 'migration')} · ${html(tool)}</p>
<nav aria-label="Sections"><ul>${sections.map(([id, title]) => `<li><a href="#${id}">${html(title.split(':')[0] ?? title)}</a></li>`).join('')}</ul></nav>
</header>
<main>
${sections.map(([id, title, body]) => `<section aria-labelledby="${id}">\n<h2 id="${id}">${html(title)}</h2>\n${body}\n</section>`).join('\n')}
</main>
</body>
</html>
`;
}

function summary({ migrations }: ChangeDocument): string {
  const rows = migrations.map(({ path, risk, reasons, findings }) => {
    const problems = findings.filter(({ severity }) => severity !== 'info').length;
    return `<tr><td><code>${html(path)}</code></td><td>${badge(risk)}</td><td>${html(reasons[0] ?? 'nothing that anybody would notice')}</td><td>${problems === 0 ? 'none' : String(problems)}</td></tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="Summary"><table class="summary"><thead><tr><th scope="col">Migration</th><th scope="col">Risk</th><th scope="col">First of all, it</th><th scope="col">Findings</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function migration({ path, risk, reasons, findings, transactions, durations }: ChangedMigration): string {
  const problems = findings.filter(({ severity }) => severity !== 'info');
  return [
    `<h3><code>${html(path)}</code> ${badge(risk)}</h3>`,
    reasons.length === 0 ? '<p>Nothing that anybody would notice.</p>' : `<p>It</p><ul>${reasons.map((reason) => `<li>${html(reason)}</li>`).join('')}</ul>`,
    durations.length === 0 ? '' : `<h4>How long it takes</h4><ul>${durations.map((line) => `<li>${html(line)}</li>`).join('')}</ul>`,
    ...transactions.flatMap((transaction) => [
      `<h4>${html(transaction.title)}</h4>`,
      transaction.bars.length === 0 ? '<p class="note">No lock that anybody waits for.</p>' : timeline(transaction),
      `<details><summary>${counted(transaction.statements.length, 'statement')}</summary><pre tabindex="0"><code>${html(transaction.statements.map(({ line, sql }) => `-- line ${String(line)}\n${sql};`).join('\n'))}</code></pre></details>`,
    ]),
    ...problems.map(({ rule, severity, line, message, advice }) => `<div class="card ${severity}"><strong>${severity}: ${html(rule)}, line ${String(line)}</strong><p>${html(message)}</p><p class="advice">${html(advice)}</p></div>`),
  ].join('\n');
}

function step({ title, of, deploy, file, sql, facts }: PlannedStep, index: number): string {
  return [
    deploy === null ? '' : `<p class="deploy"><strong>Deploy the application first:</strong> ${html(deploy)}</p>`,
    `<h3>${String(index + 1)}. ${html(title)}</h3>`,
    `<p class="note">for ${html(of)}${file === null ? '' : `, in <code>${html(file)}</code>`}</p>`,
    `<pre tabindex="0"><code>${html(sql)}</code></pre>`,
    `<ul>${facts.map((fact) => `<li>${html(fact)}</li>`).join('')}</ul>`,
  ].join('\n');
}

const queries = (list: readonly Query[]): string => `<p>None of these may return a row.</p>${list.map(({ title, sql }) => `<h3>${html(title)}</h3><pre tabindex="0"><code>${html(sql)}</code></pre>`).join('\n')}`;

const badge = (risk: string): string => `<span class="risk ${risk}">${risk === 'none' ? 'no risk' : `${risk} risk`}</span>`;
