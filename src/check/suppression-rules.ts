import type { EvidenceBase, Rule } from '../rule.ts';
import { defineRule } from '../rule.ts';

export interface CommentEvidence extends EvidenceBase {
  /** Rule or word as written; undefined: the comment speaks about every rule. */
  readonly name: string | undefined;
  readonly near: string | undefined;
  readonly form: boolean;
  /** `name` is several words that are no names, as a reason without its dashes. */
  readonly words?: boolean;
}

/** Rules about the suppression comments themselves. They look at no operation: they run after all others. */
const aboutComments = { on: [] as const, recommended: true, references: [], down: 'same', check: (): undefined => undefined } as const;

export const unusedSuppression = defineRule<never, CommentEvidence>({
  ...aboutComments,
  name: 'no-unused-suppression',
  summary: 'a suppression comment silences nothing',
  severity: 'info',
  category: 'hygiene',
  why: 'A comment that silences nothing today will silence the next real finding in that place, and tells its reader of a danger that is gone.',
  message: ({ name }) => `This comment silences ${name === undefined ? 'nothing' : `no finding of ${name}`}.`,
  advice: ({ name }) => `Remove ${name === undefined ? 'it' : `${name} from it`}.`,
});

export const unknownSuppression = defineRule<never, CommentEvidence>({
  ...aboutComments,
  name: 'no-unknown-suppression',
  summary: 'a suppression comment names a rule that does not exist',
  severity: 'warning',
  category: 'reading',
  why: 'The comment has no effect: what it was meant to silence is still reported, or was never a finding of this tool.',
  message: ({ name, form, words }) => (form ? `${String(name)} is not a suppression comment.` : words === true ? `"${String(name)}" stands where only names of rules can.` : `There is no rule named ${String(name)}.`),
  advice: ({ name, near, form, words }) => (words === true ? `A reason comes after two dashes: -- ${String(name)}` : near !== undefined ? `Write ${near}.` : form ? 'Write lockkeeper-disable-next-line, -line, -file, or lockkeeper-disable and lockkeeper-enable.' : 'The command "lockkeeper rules" lists all rules.'),
});

export const missingReason = defineRule<never, CommentEvidence>({
  ...aboutComments,
  recommended: false,
  name: 'require-suppression-reason',
  summary: 'a suppression comment does not say why',
  severity: 'warning',
  category: 'reading',
  why: 'Whoever reads or reviews the migration cannot tell whether the danger was weighed or only silenced.',
  message: () => 'This suppression does not say why.',
  advice: () => 'Add the reason after two dashes: -- lockkeeper-disable-next-line <rule> -- <reason>',
});

export const suppressionRules: readonly Rule[] = [unusedSuppression, unknownSuppression, missingReason];
