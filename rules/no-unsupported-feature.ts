import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-unsupported-feature',
  summary: 'a statement needs a later version of the server',
  severity: 'error',
  category: 'fails',
  on: ['statement'],
  recommended: true,
  why: 'The server of the version that this project is linted for does not know the form or the name, and refuses the statement. Only a version that is stated counts, in the configuration or with --dialect: where one is assumed, nothing is said.',
  references: [{ title: 'PostgreSQL: Feature Matrix', url: 'https://www.postgresql.org/about/featurematrix/' }],
  check({ span }, { laterForms, script, version }) {
    const [form] = laterForms(script.text.slice(span.start, span.end));
    return form && { what: form.what, since: form.since, version };
  },
  message: ({ what, since, version }) => `The server refuses this: ${what} needs version ${String(since)}, and this project says that it runs on ${String(version)}.`,
  advice: () => 'Write it in a form that the server knows, or correct the version in the configuration if the server is newer.',
});
