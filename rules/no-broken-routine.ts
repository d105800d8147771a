import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-broken-routine',
  summary: 'a function is created whose body the server cannot parse',
  severity: 'error',
  on: ['createRoutine'],
  causes: {
    'routine-body-refused': 'Correct the body. The message names the place where the server stops reading.',
  },
  why: 'The server parses the body of a PL/pgSQL or SQL function when it is created, as long as check_function_bodies is on, which it is by default. A body that is none of the language ends the migration.',
  references: [{ title: 'PostgreSQL: check_function_bodies', url: 'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-CHECK-FUNCTION-BODIES' }],
});
