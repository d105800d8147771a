/**
 * The part of the TS-ESTree form that is read here, whoever made the tree: `@typescript-eslint/parser`, Babel with its `estree` plugin, or
 * another one. What differs between them is smoothed out where it is read (templates, enums, class fields).
 */
export type Node = Expression | Statement | Pattern | ClassMember | Property | SpreadElement | TemplateElement | PrivateIdentifier | { readonly type: 'Other'; readonly range: Range };
export type Range = readonly [number, number];

/** The members of a union of nodes whose type may be `K`. */
export type Of<N extends { readonly type: string }, K> = N extends { readonly type: infer U } ? (K extends U ? N : never) : never;

interface Base<T extends string> {
  readonly type: T;
  readonly range: Range;
}

export interface Program {
  readonly body: readonly Statement[];
  readonly comments: readonly { readonly range: Range }[];
}

export type Expression =
  | Identifier
  | Literal
  | TemplateLiteral
  | FunctionNode
  | ClassNode
  | MemberExpression
  | (Base<'ThisExpression' | 'Super' | 'MetaProperty' | 'JSXElement' | 'JSXFragment'> & object)
  | (Base<'ArrayExpression'> & { readonly elements: readonly (Expression | SpreadElement | null)[] })
  | (Base<'ObjectExpression'> & { readonly properties: readonly (Property | SpreadElement)[] })
  | (Base<'UnaryExpression'> & { readonly operator: string; readonly argument: Expression })
  | (Base<'UpdateExpression'> & { readonly operator: '++' | '--'; readonly prefix: boolean; readonly argument: Expression })
  | BinaryExpression
  | (Base<'LogicalExpression'> & { readonly operator: '&&' | '||' | '??'; readonly left: Expression; readonly right: Expression })
  | (Base<'AssignmentExpression'> & { readonly operator: string; readonly left: Pattern; readonly right: Expression })
  | (Base<'ConditionalExpression'> & { readonly test: Expression; readonly consequent: Expression; readonly alternate: Expression })
  | CallExpression
  | NewExpression
  | (Base<'SequenceExpression'> & { readonly expressions: readonly Expression[] })
  | (Base<'TaggedTemplateExpression'> & { readonly tag: Expression; readonly quasi: TemplateLiteral })
  | (Base<'AwaitExpression'> & { readonly argument: Expression })
  | (Base<'YieldExpression'> & { readonly argument: Expression | null; readonly delegate?: boolean })
  | (Base<'ImportExpression'> & { readonly source: Expression })
  | (Base<'ChainExpression' | 'TSAsExpression' | 'TSTypeAssertion' | 'TSNonNullExpression' | 'TSSatisfiesExpression' | 'TSInstantiationExpression' | 'ParenthesizedExpression'> & { readonly expression: Expression });

export type Identifier = Base<'Identifier'> & { readonly name: string };
export type PrivateIdentifier = Base<'PrivateIdentifier'> & { readonly name: string };
export type Literal = Base<'Literal'> & { readonly value: unknown; readonly raw: string; readonly regex?: { readonly pattern: string; readonly flags: string }; readonly bigint?: string | null };
export type TemplateElement = Base<'TemplateElement'> & { readonly value: { readonly raw: string; readonly cooked: string | null }; readonly tail: boolean };
export type TemplateLiteral = Base<'TemplateLiteral'> & { readonly quasis: readonly TemplateElement[]; readonly expressions: readonly Expression[] };
export type BinaryExpression = Base<'BinaryExpression'> & { readonly operator: string; readonly left: Expression | PrivateIdentifier; readonly right: Expression };
export type MemberExpression = Base<'MemberExpression'> & { readonly object: Expression; readonly property: Expression | PrivateIdentifier; readonly computed: boolean; readonly optional?: boolean };
export type CallExpression = Base<'CallExpression'> & { readonly callee: Expression; readonly arguments: readonly (Expression | SpreadElement)[]; readonly optional?: boolean };
export type NewExpression = Base<'NewExpression'> & { readonly callee: Expression; readonly arguments: readonly (Expression | SpreadElement)[] };
export type SpreadElement = Base<'SpreadElement'> & { readonly argument: Expression };
export type Property = Base<'Property'> & { readonly key: Expression; readonly computed: boolean; readonly value: Expression; readonly kind: 'init' | 'get' | 'set' };
export type FunctionNode = Base<'FunctionExpression' | 'ArrowFunctionExpression' | 'FunctionDeclaration'> & {
  readonly id: Identifier | null;
  readonly params: readonly (Pattern | (Base<'TSParameterProperty'> & { readonly parameter: Pattern }))[];
  readonly body: Expression | BlockStatement | null;
  readonly async?: boolean;
  readonly generator?: boolean;
};
/** `@Name(…)` in front of something. */
interface MayBeDecorated {
  readonly decorators?: readonly { readonly expression: Expression }[];
}
export type ClassNode = Base<'ClassDeclaration' | 'ClassExpression'> & MayBeDecorated & { readonly id?: Identifier | null; readonly superClass: Expression | null; readonly body: { readonly body: readonly ClassMember[] } };
export type ClassMember =
  | (Base<'MethodDefinition'> & MayBeDecorated & { readonly key: Expression | PrivateIdentifier; readonly computed: boolean; readonly static: boolean; readonly kind: 'constructor' | 'method' | 'get' | 'set'; readonly value: FunctionNode })
  | (Base<'PropertyDefinition' | 'AccessorProperty'> & MayBeDecorated & { readonly key: Expression | PrivateIdentifier; readonly computed: boolean; readonly static: boolean; readonly value: Expression | null })
  | (Base<'StaticBlock'> & { readonly body: readonly Statement[] });

export type Pattern =
  | Identifier
  | MemberExpression
  | (Base<'ObjectPattern'> & { readonly properties: readonly ((Base<'Property'> & { readonly key: Expression; readonly computed: boolean; readonly value: Pattern }) | RestElement)[] })
  | (Base<'ArrayPattern'> & { readonly elements: readonly (Pattern | RestElement | null)[] })
  | (Base<'AssignmentPattern'> & { readonly left: Pattern; readonly right: Expression })
  | RestElement;
export type RestElement = Base<'RestElement'> & { readonly argument: Pattern };

export type BlockStatement = Base<'BlockStatement'> & { readonly body: readonly Statement[] };
export type VariableDeclaration = Base<'VariableDeclaration'> & { readonly kind: string; readonly declarations: readonly { readonly id: Pattern; readonly init: Expression | null; readonly range: Range }[] };
export type LoopOver = Base<'ForOfStatement' | 'ForInStatement'> & { readonly left: VariableDeclaration | Pattern; readonly right: Expression; readonly body: Statement };
export type TestedLoop = Base<'ForStatement' | 'WhileStatement' | 'DoWhileStatement'> & {
  readonly init?: VariableDeclaration | Expression | null;
  readonly test: Expression | null;
  readonly update?: Expression | null;
  readonly body: Statement;
};
export type EnumDeclaration = Base<'TSEnumDeclaration'> & { readonly id: Identifier; readonly body?: { readonly members: readonly EnumMember[] }; readonly members?: readonly EnumMember[] };
/** `namespace A.B { … }`: one in the other, or the second name in the first. */
export type NamespaceDeclaration = Base<'TSModuleDeclaration'> & { readonly id: Expression; readonly body?: NamespaceDeclaration | (Base<'TSModuleBlock'> & { readonly body: readonly Statement[] }) | null; readonly declare?: boolean };
export interface EnumMember {
  readonly id: Expression;
  readonly initializer?: Expression | null;
}
export type ImportDeclaration = Base<'ImportDeclaration'> & {
  readonly source: Literal;
  readonly specifiers: readonly { readonly type: 'ImportSpecifier' | 'ImportDefaultSpecifier' | 'ImportNamespaceSpecifier'; readonly local: Identifier; readonly imported?: Identifier | Literal }[];
};
export type ExportNamed = Base<'ExportNamedDeclaration'> & {
  readonly declaration: Statement | null;
  readonly source: Literal | null;
  readonly specifiers: readonly { readonly local: Identifier | Literal; readonly exported: Identifier | Literal }[];
};

export type Statement =
  | BlockStatement
  | VariableDeclaration
  | (FunctionNode & { readonly type: 'FunctionDeclaration' })
  | (ClassNode & { readonly type: 'ClassDeclaration' })
  | (Base<'ExpressionStatement'> & { readonly expression: Expression })
  | (Base<'ReturnStatement' | 'ThrowStatement'> & { readonly argument: Expression | null })
  | (Base<'IfStatement'> & { readonly test: Expression; readonly consequent: Statement; readonly alternate: Statement | null })
  | LoopOver
  | TestedLoop
  | (Base<'SwitchStatement'> & { readonly discriminant: Expression; readonly cases: readonly { readonly test: Expression | null; readonly consequent: readonly Statement[] }[] })
  | (Base<'TryStatement'> & { readonly block: BlockStatement; readonly handler: { readonly param: Pattern | null; readonly body: BlockStatement } | null; readonly finalizer: BlockStatement | null })
  | (Base<'BreakStatement' | 'ContinueStatement'> & { readonly label: Identifier | null })
  | (Base<'LabeledStatement'> & { readonly label: Identifier; readonly body: Statement })
  | ImportDeclaration
  | ExportNamed
  | (Base<'ExportDefaultDeclaration'> & { readonly declaration: Expression | Statement })
  | (Base<'ExportAllDeclaration'> & { readonly source: Literal; readonly exported: Identifier | null })
  | (Base<'TSExportAssignment'> & { readonly expression: Expression })
  | (Base<'TSImportEqualsDeclaration'> & { readonly id: Identifier; readonly moduleReference: { readonly type: string; readonly expression?: Expression } })
  | EnumDeclaration
  | (Base<'EmptyStatement' | 'DebuggerStatement' | 'TSTypeAliasDeclaration' | 'TSInterfaceDeclaration' | 'TSDeclareFunction'> & object)
  | NamespaceDeclaration;
