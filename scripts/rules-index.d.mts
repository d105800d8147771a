/** The content of rules/index.ts as the folder demands it. */
export function rulesIndex(): string;
export function writeRulesIndex(): void;
