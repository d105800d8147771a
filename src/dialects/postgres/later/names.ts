/**
 * Names that the server brings from a version on, as its own catalogs list them (pg_proc, pg_type, pg_settings, pg_roles of 13 to 18;
 * for 12 and 13 the release notes). Only what a migration can name is listed.
 */
interface Names {
  readonly functions: string;
  readonly types?: string;
  readonly settings?: string;
  readonly roles?: string;
}

const NAMES: Readonly<Record<number, Names>> = {
  12: {
    functions: 'jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first sinh cosh tanh asinh acosh atanh log10 pg_partition_root pg_partition_ancestors',
    types: 'jsonpath',
    settings: 'default_table_access_method plan_cache_mode log_transaction_sample_rate tcp_user_timeout',
  },
  13: {
    functions:
      'gen_random_uuid normalize is_normalized gcd lcm min_scale trim_scale jsonb_set_lax jsonb_path_exists_tz jsonb_path_match_tz jsonb_path_query_tz jsonb_path_query_array_tz jsonb_path_query_first_tz ' +
      'pg_current_xact_id pg_current_xact_id_if_assigned pg_current_snapshot pg_snapshot_xmin pg_snapshot_xmax pg_snapshot_xip pg_visible_in_snapshot pg_xact_status',
    types: 'xid8 pg_snapshot regcollation anycompatible anycompatiblearray anycompatiblenonarray anycompatiblerange',
    settings: 'hash_mem_multiplier enable_incremental_sort logical_decoding_work_mem maintenance_io_concurrency wal_skip_threshold',
  },
  14: {
    functions:
      'bit_count bit_xor date_bin datemultirange int4multirange int8multirange multirange nummultirange tsmultirange tstzmultirange pg_column_compression pg_get_backend_memory_contexts ' +
      'pg_log_backend_memory_contexts pg_lsn range_agg range_intersect_agg string_to_table trim_array unistr pg_xact_commit_timestamp_origin',
    types: 'datemultirange int4multirange int8multirange nummultirange tsmultirange tstzmultirange anymultirange anycompatiblemultirange',
    settings: 'client_connection_check_interval compute_query_id default_toast_compression enable_async_append enable_memoize idle_session_timeout track_wal_io_timing vacuum_failsafe_age vacuum_multixact_failsafe_age',
    roles: 'pg_database_owner pg_read_all_data pg_write_all_data',
  },
  15: {
    functions: 'has_parameter_privilege pg_backup_start pg_backup_stop regexp_count regexp_instr regexp_like regexp_substr pg_settings_get_flags',
    settings: 'recursive_worktable_factor stats_fetch_consistency log_startup_progress_interval',
    roles: 'pg_checkpoint',
  },
  16: {
    functions:
      'any_value array_sample array_shuffle date_add date_subtract erf erfc json_agg_strict json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict jsonb_agg_strict jsonb_object_agg_strict ' +
      'jsonb_object_agg_unique jsonb_object_agg_unique_strict pg_input_error_info pg_input_is_valid random_normal system_user',
    settings: 'createrole_self_grant debug_parallel_query enable_presorted_aggregate icu_validation_level scram_iterations vacuum_buffer_usage_limit reserved_connections',
    roles: 'pg_create_subscription pg_use_reserved_connections',
  },
  17: {
    functions: 'jsonb_populate_record_valid pg_basetype pg_column_toast_chunk_id pg_get_wait_events to_bin to_oct to_regtypemod unicode_assigned unicode_version icu_unicode_version uuid_extract_timestamp uuid_extract_version xmltext',
    settings: 'transaction_timeout event_triggers allow_alter_system enable_group_by_reordering io_combine_limit summarize_wal',
    roles: 'pg_maintain',
  },
  18: {
    functions:
      'array_reverse array_sort casefold crc32 crc32c gamma lgamma has_largeobject_privilege pg_clear_attribute_stats pg_clear_relation_stats pg_restore_attribute_stats pg_restore_relation_stats pg_get_acl ' +
      'pg_get_loaded_modules pg_get_sequence_data uuidv4 uuidv7',
    settings: 'autovacuum_vacuum_max_threshold enable_distinct_reordering enable_self_join_elimination extension_control_path file_copy_method io_method io_workers log_lock_failures md5_password_warnings track_cost_delay_timing vacuum_truncate',
    roles: 'pg_signal_autovacuum_worker',
  },
};

const since = (kind: keyof Names): ReadonlyMap<string, number> =>
  new Map(Object.entries(NAMES).flatMap(([version, names]) => (names[kind] ?? '').split(' ').filter((name) => name !== '').map((name) => [name, Number(version)] as const)));

export const FUNCTIONS = since('functions');
export const TYPES = since('types');
export const SETTINGS = since('settings');
export const ROLES = since('roles');

/** Functions that an extension had before the server did. */
export const FROM_EXTENSION: ReadonlyMap<string, string> = new Map([['gen_random_uuid', 'pgcrypto']]);
