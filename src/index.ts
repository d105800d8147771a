export { defineConfig } from './config/user-config.ts';
export type { RuleSettings, UserConfig, UserOverride, UserTableFacts } from './config/user-config.ts';
export type { Finding } from './check/finding.ts';
export type { MigrationReport, Report, Risk, RiskAssessment, StatementReport, Summary } from './report/model.ts';
export type { Category, Rule, Severity } from './rule.ts';
