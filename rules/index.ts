// Generated from the files of this folder; never edited.
import type { Rule } from '../src/rule.ts';
import noAlwaysIdentity from './no-always-identity.ts';
import noAutovacuumOff from './no-autovacuum-off.ts';
import noBadAnnotation from './no-bad-annotation.ts';
import noBlockingExclusionConstraint from './no-blocking-exclusion-constraint.ts';
import noBlockingIndexBuild from './no-blocking-index-build.ts';
import noBlockingIndexDrop from './no-blocking-index-drop.ts';
import noBlockingMaintenance from './no-blocking-maintenance.ts';
import noBlockingNotNull from './no-blocking-not-null.ts';
import noBlockingPartitionAttach from './no-blocking-partition-attach.ts';
import noBlockingPartitionCreate from './no-blocking-partition-create.ts';
import noBlockingPartitionDetach from './no-blocking-partition-detach.ts';
import noBlockingPrimaryKey from './no-blocking-primary-key.ts';
import noBlockingRefresh from './no-blocking-refresh.ts';
import noBlockingReindex from './no-blocking-reindex.ts';
import noBlockingSequenceChange from './no-blocking-sequence-change.ts';
import noBlockingUniqueConstraint from './no-blocking-unique-constraint.ts';
import noBrokenRecord from './no-broken-record.ts';
import noBrokenRoutine from './no-broken-routine.ts';
import noCachedPlanBreak from './no-cached-plan-break.ts';
import noCharType from './no-char-type.ts';
import noClientDefault from './no-client-default.ts';
import noColumnTypeRewrite from './no-column-type-rewrite.ts';
import noCommitInWrappedScript from './no-commit-in-wrapped-script.ts';
import noCompositeTypeRewrite from './no-composite-type-rewrite.ts';
import noConcatenatedSql from './no-concatenated-sql.ts';
import noConcurrentIndexOnPartitionedTable from './no-concurrent-index-on-partitioned-table.ts';
import noConcurrentlyInTransaction from './no-concurrently-in-transaction.ts';
import noContractInSameDeploy from './no-contract-in-same-deploy.ts';
import noDestructiveCall from './no-destructive-call.ts';
import noDisabledRowSecurity from './no-disabled-row-security.ts';
import noDisabledTrigger from './no-disabled-trigger.ts';
import noDropAttribute from './no-drop-attribute.ts';
import noDropCascade from './no-drop-cascade.ts';
import noDropColumn from './no-drop-column.ts';
import noDropConstraint from './no-drop-constraint.ts';
import noDropDatabase from './no-drop-database.ts';
import noDropDefault from './no-drop-default.ts';
import noDropExpression from './no-drop-expression.ts';
import noDropNotNull from './no-drop-not-null.ts';
import noDropObject from './no-drop-object.ts';
import noDropOwned from './no-drop-owned.ts';
import noDropPolicy from './no-drop-policy.ts';
import noDropRoutine from './no-drop-routine.ts';
import noDropSchema from './no-drop-schema.ts';
import noDropSequence from './no-drop-sequence.ts';
import noDropTable from './no-drop-table.ts';
import noDropTrigger from './no-drop-trigger.ts';
import noDropUniqueIndex from './no-drop-unique-index.ts';
import noDropView from './no-drop-view.ts';
import noDropWithDependents from './no-drop-with-dependents.ts';
import noDuplicateIndex from './no-duplicate-index.ts';
import noDuplicateObject from './no-duplicate-object.ts';
import noDuplicateVersion from './no-duplicate-version.ts';
import noEditedMigration from './no-edited-migration.ts';
import noEmptyDown from './no-empty-down.ts';
import noEndedSession from './no-ended-session.ts';
import noEndlessWait from './no-endless-wait.ts';
import noEnumType from './no-enum-type.ts';
import noEnumValueRemoval from './no-enum-value-removal.ts';
import noForbiddenInTransaction from './no-forbidden-in-transaction.ts';
import noForgottenTransaction from './no-forgotten-transaction.ts';
import noGeneratedColumnRewrite from './no-generated-column-rewrite.ts';
import noHiddenInvalidIndex from './no-hidden-invalid-index.ts';
import noIdentityRestart from './no-identity-restart.ts';
import noIdentityWithoutSetval from './no-identity-without-setval.ts';
import noIgnoredMigration from './no-ignored-migration.ts';
import noIgnoredOption from './no-ignored-option.ts';
import noImpossibleColumnChange from './no-impossible-column-change.ts';
import noImpossibleConcurrently from './no-impossible-concurrently.ts';
import noImpossibleConstraint from './no-impossible-constraint.ts';
import noImpossibleDeclaration from './no-impossible-declaration.ts';
import noImpossibleForeignKey from './no-impossible-foreign-key.ts';
import noImpossibleIndex from './no-impossible-index.ts';
import noImpossiblePartition from './no-impossible-partition.ts';
import noImpossibleQuery from './no-impossible-query.ts';
import noImpossibleRow from './no-impossible-row.ts';
import noIncompatibleReplace from './no-incompatible-replace.ts';
import noIncompleteDown from './no-incomplete-down.ts';
import noIndexGap from './no-index-gap.ts';
import noIndexedFunctionChange from './no-indexed-function-change.ts';
import noIrreversibleStep from './no-irreversible-step.ts';
import noLeakingSetting from './no-leaking-setting.ts';
import noLiveCode from './no-live-code.ts';
import noLockOnReferencedTable from './no-lock-on-referenced-table.ts';
import noLockTable from './no-lock-table.ts';
import noLongIdentifier from './no-long-identifier.ts';
import noLostChild from './no-lost-child.ts';
import noManyHotTablesInOneTransaction from './no-many-hot-tables-in-one-transaction.ts';
import noMissingMigration from './no-missing-migration.ts';
import noMissingObject from './no-missing-object.ts';
import noMisspelledTarget from './no-misspelled-target.ts';
import noMixedChanges from './no-mixed-changes.ts';
import noMoneyType from './no-money-type.ts';
import noNarrowingTypeChange from './no-narrowing-type-change.ts';
import noNestedTransaction from './no-nested-transaction.ts';
import noNewEnumValueInSameTransaction from './no-new-enum-value-in-same-transaction.ts';
import noNotValidForeignKeyOnPartitionedTable from './no-not-valid-foreign-key-on-partitioned-table.ts';
import noNullableUnique from './no-nullable-unique.ts';
import noOpenPolicy from './no-open-policy.ts';
import noOutOfOrderMigration from './no-out-of-order-migration.ts';
import noOwnerChange from './no-owner-change.ts';
import noPartialState from './no-partial-state.ts';
import noPendingTriggerEvents from './no-pending-trigger-events.ts';
import noPlaintextPassword from './no-plaintext-password.ts';
import noPowerfulRole from './no-powerful-role.ts';
import noPublicGrant from './no-public-grant.ts';
import noPublishedTableWithoutIdentity from './no-published-table-without-identity.ts';
import noRenameColumn from './no-rename-column.ts';
import noRenameEnumValue from './no-rename-enum-value.ts';
import noRenameObject from './no-rename-object.ts';
import noRenameTable from './no-rename-table.ts';
import noReplicaIdentityChange from './no-replica-identity-change.ts';
import noReplicationRole from './no-replication-role.ts';
import noRequiredColumnWithoutDefault from './no-required-column-without-default.ts';
import noReservedWord from './no-reserved-word.ts';
import noRevoke from './no-revoke.ts';
import noRewritingAddedColumn from './no-rewriting-added-column.ts';
import noRowSecurityWithoutPolicy from './no-row-security-without-policy.ts';
import noRuleOnLiveTable from './no-rule-on-live-table.ts';
import noSequenceRestart from './no-sequence-restart.ts';
import noSessionAdvisoryLock from './no-session-advisory-lock.ts';
import noSessionLeftChanged from './no-session-left-changed.ts';
import noSetSchema from './no-set-schema.ts';
import noShapeDrift from './no-shape-drift.ts';
import noSleepUnderLock from './no-sleep-under-lock.ts';
import noStorageRewrite from './no-storage-rewrite.ts';
import noSystemCatalogWrite from './no-system-catalog-write.ts';
import noTimeoutAroundConcurrentBuild from './no-timeout-around-concurrent-build.ts';
import noTriggerOnLiveTable from './no-trigger-on-live-table.ts';
import noTruncate from './no-truncate.ts';
import noUnawaitedCall from './no-unawaited-call.ts';
import noUnboundedCopy from './no-unbounded-copy.ts';
import noUnboundedDelete from './no-unbounded-delete.ts';
import noUnboundedUpdate from './no-unbounded-update.ts';
import noUnclosedTransaction from './no-unclosed-transaction.ts';
import noUncommittedBatchLoop from './no-uncommitted-batch-loop.ts';
import noUnheededWarning from './no-unheeded-warning.ts';
import noUnloggedTable from './no-unlogged-table.ts';
import noUnparsedStatement from './no-unparsed-statement.ts';
import noUnprovenData from './no-unproven-data.ts';
import noUnreadSql from './no-unread-sql.ts';
import noUnstatedColumnChange from './no-unstated-column-change.ts';
import noUnsupportedFeature from './no-unsupported-feature.ts';
import noUntrustedLanguage from './no-untrusted-language.ts';
import noUnusableIndexForConstraint from './no-unusable-index-for-constraint.ts';
import noValidateInSameTransaction from './no-validate-in-same-transaction.ts';
import noValidatingCheck from './no-validating-check.ts';
import noValidatingDomainConstraint from './no-validating-domain-constraint.ts';
import noValidatingForeignKey from './no-validating-foreign-key.ts';
import noValueLeftOpen from './no-value-left-open.ts';
import noVolatileDefault from './no-volatile-default.ts';
import noWholeDatabaseChange from './no-whole-database-change.ts';
import noWideIndex from './no-wide-index.ts';
import noWorkUnderLock from './no-work-under-lock.ts';
import preferBigintPrimaryKey from './prefer-bigint-primary-key.ts';
import preferExplicitJoinTable from './prefer-explicit-join-table.ts';
import preferIdentity from './prefer-identity.ts';
import preferJsonb from './prefer-jsonb.ts';
import preferReRunnable from './prefer-re-runnable.ts';
import preferText from './prefer-text.ts';
import preferTimestamptz from './prefer-timestamptz.ts';
import requireAnalyze from './require-analyze.ts';
import requireComment from './require-comment.ts';
import requireConstraintName from './require-constraint-name.ts';
import requireDown from './require-down.ts';
import requireForeignKeyIndex from './require-foreign-key-index.ts';
import requireFunctionSearchPath from './require-function-search-path.ts';
import requireLockTimeout from './require-lock-timeout.ts';
import requireMatchingKeyTypes from './require-matching-key-types.ts';
import requireNamingConvention from './require-naming-convention.ts';
import requirePrimaryKey from './require-primary-key.ts';
import requireQualifiedNames from './require-qualified-names.ts';
import requireStatementTimeout from './require-statement-timeout.ts';

export const rules: readonly Rule[] = [
  noAlwaysIdentity,
  noAutovacuumOff,
  noBadAnnotation,
  noBlockingExclusionConstraint,
  noBlockingIndexBuild,
  noBlockingIndexDrop,
  noBlockingMaintenance,
  noBlockingNotNull,
  noBlockingPartitionAttach,
  noBlockingPartitionCreate,
  noBlockingPartitionDetach,
  noBlockingPrimaryKey,
  noBlockingRefresh,
  noBlockingReindex,
  noBlockingSequenceChange,
  noBlockingUniqueConstraint,
  noBrokenRecord,
  noBrokenRoutine,
  noCachedPlanBreak,
  noCharType,
  noClientDefault,
  noColumnTypeRewrite,
  noCommitInWrappedScript,
  noCompositeTypeRewrite,
  noConcatenatedSql,
  noConcurrentIndexOnPartitionedTable,
  noConcurrentlyInTransaction,
  noContractInSameDeploy,
  noDestructiveCall,
  noDisabledRowSecurity,
  noDisabledTrigger,
  noDropAttribute,
  noDropCascade,
  noDropColumn,
  noDropConstraint,
  noDropDatabase,
  noDropDefault,
  noDropExpression,
  noDropNotNull,
  noDropObject,
  noDropOwned,
  noDropPolicy,
  noDropRoutine,
  noDropSchema,
  noDropSequence,
  noDropTable,
  noDropTrigger,
  noDropUniqueIndex,
  noDropView,
  noDropWithDependents,
  noDuplicateIndex,
  noDuplicateObject,
  noDuplicateVersion,
  noEditedMigration,
  noEmptyDown,
  noEndedSession,
  noEndlessWait,
  noEnumType,
  noEnumValueRemoval,
  noForbiddenInTransaction,
  noForgottenTransaction,
  noGeneratedColumnRewrite,
  noHiddenInvalidIndex,
  noIdentityRestart,
  noIdentityWithoutSetval,
  noIgnoredMigration,
  noIgnoredOption,
  noImpossibleColumnChange,
  noImpossibleConcurrently,
  noImpossibleConstraint,
  noImpossibleDeclaration,
  noImpossibleForeignKey,
  noImpossibleIndex,
  noImpossiblePartition,
  noImpossibleQuery,
  noImpossibleRow,
  noIncompatibleReplace,
  noIncompleteDown,
  noIndexGap,
  noIndexedFunctionChange,
  noIrreversibleStep,
  noLeakingSetting,
  noLiveCode,
  noLockOnReferencedTable,
  noLockTable,
  noLongIdentifier,
  noLostChild,
  noManyHotTablesInOneTransaction,
  noMissingMigration,
  noMissingObject,
  noMisspelledTarget,
  noMixedChanges,
  noMoneyType,
  noNarrowingTypeChange,
  noNestedTransaction,
  noNewEnumValueInSameTransaction,
  noNotValidForeignKeyOnPartitionedTable,
  noNullableUnique,
  noOpenPolicy,
  noOutOfOrderMigration,
  noOwnerChange,
  noPartialState,
  noPendingTriggerEvents,
  noPlaintextPassword,
  noPowerfulRole,
  noPublicGrant,
  noPublishedTableWithoutIdentity,
  noRenameColumn,
  noRenameEnumValue,
  noRenameObject,
  noRenameTable,
  noReplicaIdentityChange,
  noReplicationRole,
  noRequiredColumnWithoutDefault,
  noReservedWord,
  noRevoke,
  noRewritingAddedColumn,
  noRowSecurityWithoutPolicy,
  noRuleOnLiveTable,
  noSequenceRestart,
  noSessionAdvisoryLock,
  noSessionLeftChanged,
  noSetSchema,
  noShapeDrift,
  noSleepUnderLock,
  noStorageRewrite,
  noSystemCatalogWrite,
  noTimeoutAroundConcurrentBuild,
  noTriggerOnLiveTable,
  noTruncate,
  noUnawaitedCall,
  noUnboundedCopy,
  noUnboundedDelete,
  noUnboundedUpdate,
  noUnclosedTransaction,
  noUncommittedBatchLoop,
  noUnheededWarning,
  noUnloggedTable,
  noUnparsedStatement,
  noUnprovenData,
  noUnreadSql,
  noUnstatedColumnChange,
  noUnsupportedFeature,
  noUntrustedLanguage,
  noUnusableIndexForConstraint,
  noValidateInSameTransaction,
  noValidatingCheck,
  noValidatingDomainConstraint,
  noValidatingForeignKey,
  noValueLeftOpen,
  noVolatileDefault,
  noWholeDatabaseChange,
  noWideIndex,
  noWorkUnderLock,
  preferBigintPrimaryKey,
  preferExplicitJoinTable,
  preferIdentity,
  preferJsonb,
  preferReRunnable,
  preferText,
  preferTimestamptz,
  requireAnalyze,
  requireComment,
  requireConstraintName,
  requireDown,
  requireForeignKeyIndex,
  requireFunctionSearchPath,
  requireLockTimeout,
  requireMatchingKeyTypes,
  requireNamingConvention,
  requirePrimaryKey,
  requireQualifiedNames,
  requireStatementTimeout,
];
