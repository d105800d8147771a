import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-unsupported-feature',
  summary: 'a statement needs a later version of the server',
  severity: 'error',
  on: ['addConstraint', 'alterConstraint', 'addColumn', 'alterColumn', 'createTable', 'createIndex', 'dropIndex', 'reindex', 'detachPartition', 'createTrigger', 'createView', 'merge', 'alterTable', 'alterView', 'createRoutine', 'addEnumValue', 'dropObject', 'maintenance', 'copy', 'alterIndex', 'alterPolicy', 'insert', 'update', 'delete'],
  causes: {
    'needs-later-version': 'Write it in a form that the server knows, or set the server version in the configuration if it is newer.',
  },
  why: 'The server of the version that this project is linted for does not know the form, and refuses it. Where no version is given one is assumed, and this is only a note.',
  references: [{ title: 'PostgreSQL: Feature Matrix', url: 'https://www.postgresql.org/about/featurematrix/' }],
  exception: (_, { versionAssumed }) => (versionAssumed ? 'info' : undefined),
});
