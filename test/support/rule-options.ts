import type { OptionSchema, Rule } from '../../src/rule.ts';

const TYPES: { readonly [K in OptionSchema['type']]: string } = { boolean: 'boolean', number: 'number', string: 'string', strings: 'string[]' };

/** Source of the types of what ESLint's configuration may say about our rules. */
export function ruleOptionsSource(rules: readonly Rule[]): string {
  const names = rules.map(({ name }) => name).sort();
  const options = rules.filter(({ options: own }) => Object.keys(own ?? {}).length > 0).sort((a, b) => (a.name < b.name ? -1 : 1));
  return `// Made from the rules by test/eslint-options.test.ts; do not edit.

export type RuleName =
${names.map((name) => `  | '${name}'`).join('\n')};

/** Of the rules that have any. */
export interface RuleOptions {
${options.map(({ name, options: own }) => `  readonly '${name}': {\n${Object.entries(own ?? {}).map(([key, { type, description, default: value }]) => `    /** ${description} Default ${JSON.stringify(value)}. */\n    ${key}?: ${TYPES[type]};`).join('\n')}\n  };`).join('\n')}
}
`;
}
