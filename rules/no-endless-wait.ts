import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-endless-wait',
  summary: 'a concurrent index build waits for a transaction that the runner itself keeps open',
  severity: 'warning',
  category: 'fails',
  on: ['history'],
  recommended: true,
  why: 'CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY wait for every transaction that is older than they are. Flyway keeps others away with an advisory lock; from 9.1.2 on it holds it in a transaction of a second connection, which ends when the script ends: neither ever does. The deployment hangs, and when it is killed an INVALID index stays behind. Where no configuration was found it is a note, since the setting may be made in code or in the environment.',
  references: [
    { title: 'flyway #3682: the same, and the setting', url: 'https://github.com/flyway/flyway/issues/3682' },
    { title: 'flyway #3508: hanging forever on concurrent index creation', url: 'https://github.com/flyway/flyway/issues/3508' },
  ],
  check: ({ problem }) => (problem.problem === 'endless-wait' ? { detail: problem.detail, ...(problem.guessed === true ? { severity: 'info' as const } : {}) } : undefined),
  message: ({ detail }) => `${detail}.`,
  advice: () => 'Set flyway.postgresql.transactional.lock=false (in flyway.toml: lock = false under [flyway.postgresql.transactional]; with Spring Boot 3: spring.flyway.postgresql.transactional-lock=false). A <script>.conf beside the script cannot say it.',
});
