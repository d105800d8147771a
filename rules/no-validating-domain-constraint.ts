import { defineRule, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-validating-domain-constraint',
  summary: 'a domain constraint is tested against every table that uses the domain',
  severity: 'error',
  category: 'lock',
  on: ['alterDomain'],
  recommended: true,
  why: 'ALTER DOMAIN ADD CONSTRAINT, SET NOT NULL and VALIDATE CONSTRAINT read every table that has a column of the domain, under a SHARE lock on each: writes to all of them wait until the last one is read. VALIDATE is no way around it, unlike for a table.',
  references: [{ title: 'PostgreSQL: ALTER DOMAIN', url: 'https://www.postgresql.org/docs/current/sql-alterdomain.html' }],
  check(op, { before, effects, isLive, madeHere, name, resolve }) {
    const { change } = op;
    const scanning = change.type === 'setNotNull' || change.type === 'validateConstraint' || (change.type === 'addConstraint' && change.constraint.notValid !== true);
    if (!scanning) return undefined;
    const domain = before.type(op.domain);
    const known = domain?.kind === 'domain' && domain.complete;
    if (domain !== undefined && madeHere(domain.origin)) return undefined;
    const scanned = effects.scans.filter(isLive);
    if (known && scanned.length === 0) return undefined;
    return {
      relation: name(scanned[0] ?? op.domain),
      domain: name(op.domain),
      tables: scanned.map((table) => name(table)).join(', '),
      mode: effects.locks[0]?.mode ?? 'ShareLock',
      type: change.type,
      alter: `ALTER DOMAIN ${sqlName(resolve(op.domain))}`,
    };
  },
  message: ({ domain, tables, mode }) =>
    `This reads every row of ${tables === '' ? `every table with a column of domain ${domain}` : `${tables} (domain ${domain})`} under ${mode}: writes wait.`,
  advice: ({ type, alter }) =>
    type === 'addConstraint'
      ? `${alter} ADD CONSTRAINT … CHECK (…) NOT VALID; is instant and binds new values. Validate it in a maintenance window, or use a NOT VALID check on each table, which validates without blocking writes.`
      : 'Put a NOT VALID check on each table instead and validate that, which does not block writes; or take a maintenance window.',
  remedy: () => 'noOnlineForm',
});
