/**
 * What rules for JavaScript ask a source code for before they have seen anything, answered as for a program without a statement.
 * Many configurations turn them on for all files (`js.configs.recommended` does), and the first one that is missed would end the run.
 */
export const emptyProgram: object = {
  parserServices: {},
  visitorKeys: { Script: [] },
  tokensAndComments: [],
  ...of(
    ['getAllComments', 'getCommentsBefore', 'getCommentsAfter', 'getCommentsInside', 'getTokens', 'getFirstTokens', 'getLastTokens', 'getTokensBefore', 'getTokensAfter', 'getTokensBetween', 'getFirstTokensBetween', 'getLastTokensBetween', 'getDeclaredVariables'],
    () => [],
  ),
  ...of(
    ['getFirstToken', 'getLastToken', 'getTokenBefore', 'getTokenAfter', 'getFirstTokenBetween', 'getLastTokenBetween', 'getTokenByRangeStart', 'getNodeByRangeIndex', 'getJSDocComment'],
    () => null,
  ),
  ...of(['commentsExistBetween', 'isSpaceBetween', 'isGlobalReference', 'markVariableAsUsed'], () => false),
  getScope: globalScope,
  get scopeManager() {
    const scope = globalScope();
    return { scopes: [scope], globalScope: scope, acquire: () => null, getDeclaredVariables: () => [] };
  },
};

function of(names: readonly string[], answer: () => unknown): Readonly<Record<string, () => unknown>> {
  return Object.fromEntries(names.map((name) => [name, answer]));
}

function globalScope(): object {
  return { type: 'global', isStrict: false, upper: null, set: new Map(), variables: [], references: [], through: [], childScopes: [], implicit: { variables: [], set: new Map() }, block: { type: 'Program', body: [] } };
}
