/**
 * The server's own functions by volatility, measured as pg_proc.provolatile over the versions 13 to 18, with those of the contributed
 * extensions that have volatile ones. Functions that only serve types, operators, replication or monitoring are left out.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Two calls in one statement can give two values. */
export const VOLATILE_FUNCTIONS: ReadonlySet<string> = words(
  'RI_FKey_cascade_del RI_FKey_cascade_upd RI_FKey_check_ins RI_FKey_check_upd RI_FKey_noaction_del RI_FKey_noaction_upd RI_FKey_restrict_del ' +
  'RI_FKey_restrict_upd RI_FKey_setdefault_del RI_FKey_setdefault_upd RI_FKey_setnull_del RI_FKey_setnull_upd array_sample array_shuffle bernoulli ' +
  'clock_timestamp current_query currval cursor_to_xml cursor_to_xmlschema dsnowball_init dsnowball_lexize gen_random_bytes gen_random_uuid gen_salt ' +
  'gin_clean_pending_list lastval lo_close lo_creat lo_create lo_export lo_from_bytea lo_get lo_import lo_lseek lo_lseek64 lo_open lo_put lo_tell ' +
  'lo_tell64 lo_truncate lo_truncate64 lo_unlink loread lowrite nextval normal_rand pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock ' +
  'pg_advisory_unlock_all pg_advisory_unlock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_blocking_pids pg_cancel_backend ' +
  'pg_database_size pg_get_sequence_data pg_indexes_size pg_is_in_recovery pg_is_wal_replay_paused pg_lock_status pg_notify pg_relation_size ' +
  'pg_reload_conf pg_sequence_last_value pg_sleep pg_sleep_for pg_sleep_until pg_stat_clear_snapshot pg_stat_file pg_stat_force_next_flush ' +
  'pg_stat_have_stats pg_stat_reset pg_stat_reset_backend_stats pg_stat_reset_replication_slot pg_stat_reset_shared ' +
  'pg_stat_reset_single_function_counters pg_stat_reset_single_table_counters pg_stat_reset_slru pg_stat_reset_subscription_stats pg_table_size ' +
  'pg_terminate_backend pg_total_relation_size pg_try_advisory_lock pg_try_advisory_lock_shared pg_try_advisory_xact_lock ' +
  'pg_try_advisory_xact_lock_shared pgp_pub_encrypt pgp_pub_encrypt_bytea pgp_sym_encrypt pgp_sym_encrypt_bytea query_to_xml query_to_xml_and_xmlschema ' +
  'query_to_xmlschema random random_normal set_config setseed setval suppress_redundant_updates_trigger system timeofday ts_stat tsvector_update_trigger ' +
  'tsvector_update_trigger_column txid_status unique_key_recheck uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7',
);

/** One value within a statement, in every overload: not good enough for an index. */
export const STABLE_FUNCTIONS: ReadonlySet<string> = words(
  'aclexplode array_to_json array_to_string col_description concat concat_ws convert convert_from convert_to current_catalog current_database ' +
  'current_date current_role current_schema current_schemas current_setting current_time current_user database_to_xml database_to_xml_and_xmlschema ' +
  'database_to_xmlschema enum_first enum_last enum_range format format_type get_current_ts_config getdatabaseencoding getpgusername ' +
  'has_any_column_privilege has_column_privilege has_database_privilege has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege ' +
  'has_largeobject_privilege has_parameter_privilege has_schema_privilege has_sequence_privilege has_server_privilege has_table_privilege ' +
  'has_tablespace_privilege has_type_privilege inet_client_addr inet_client_port inet_server_addr inet_server_port json_agg json_agg_strict ' +
  'json_build_array json_build_object json_object_agg json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict json_populate_record ' +
  'json_populate_recordset json_to_record json_to_recordset jsonb_agg jsonb_agg_strict jsonb_build_array jsonb_build_object jsonb_path_exists_tz ' +
  'jsonb_path_match_tz jsonb_path_query_array_tz jsonb_path_query_first_tz jsonb_path_query_tz jsonb_populate_record jsonb_populate_record_valid ' +
  'jsonb_populate_recordset jsonb_to_record jsonb_to_recordset localtime localtimestamp make_timestamptz money mxid_age now obj_description ' +
  'pg_available_extension_versions pg_available_extensions pg_backend_pid pg_basetype pg_char_to_encoding pg_client_encoding pg_column_compression ' +
  'pg_column_is_updatable pg_column_size pg_column_toast_chunk_id pg_conf_load_time pg_config pg_conversion_is_visible pg_current_snapshot ' +
  'pg_current_xact_id pg_current_xact_id_if_assigned pg_cursor pg_describe_object pg_encoding_to_char pg_extension_update_paths pg_filenode_relation ' +
  'pg_function_is_visible pg_get_acl pg_get_constraintdef pg_get_expr pg_get_function_arg_default pg_get_function_arguments ' +
  'pg_get_function_identity_arguments pg_get_function_result pg_get_function_sqlbody pg_get_functiondef pg_get_indexdef pg_get_keywords ' +
  'pg_get_object_address pg_get_partition_constraintdef pg_get_partkeydef pg_get_publication_tables pg_get_replica_identity_index ' +
  'pg_get_replication_slots pg_get_ruledef pg_get_serial_sequence pg_get_statisticsobjdef pg_get_statisticsobjdef_columns ' +
  'pg_get_statisticsobjdef_expressions pg_get_triggerdef pg_get_userbyid pg_get_viewdef pg_has_role pg_identify_object pg_identify_object_as_address ' +
  'pg_input_error_info pg_input_is_valid pg_listening_channels pg_mcv_list_items pg_my_temp_schema pg_opclass_is_visible pg_operator_is_visible ' +
  'pg_opfamily_is_visible pg_options_to_table pg_postmaster_start_time pg_relation_filenode pg_relation_filepath pg_relation_is_publishable ' +
  'pg_relation_is_updatable pg_sequence_parameters pg_settings_get_flags pg_split_walfile_name pg_statistics_obj_is_visible pg_table_is_visible ' +
  'pg_trigger_depth pg_type_is_visible pg_typeof regclass row_security_active row_to_json schema_to_xml schema_to_xml_and_xmlschema schema_to_xmlschema ' +
  'session_user shobj_description statement_timestamp system_user table_to_xml table_to_xml_and_xmlschema table_to_xmlschema to_char to_date to_json ' +
  'to_jsonb to_number to_regclass to_regcollation to_regnamespace to_regoper to_regoperator to_regproc to_regprocedure to_regrole to_regtype ' +
  'to_regtypemod transaction_timestamp ts_debug txid_current txid_current_if_assigned txid_current_snapshot unaccent user version xml xml_is_well_formed',
);

/** The value depends on the arguments only, in one overload at least. */
export const IMMUTABLE_FUNCTIONS: ReadonlySet<string> = words(
  'abs acldefault acos acosd acosh age akeys any_value area armor array_agg array_dims array_fill array_length array_lower array_ndims array_position ' +
  'array_positions array_remove array_replace array_reverse array_sort array_to_tsvector array_upper ascii asin asind asinh atan atan2 atan2d atand atanh ' +
  'avals avg bit bit_and bit_count bit_length bit_or bit_xor bool bool_and bool_or box bpchar broadcast btrim bytea cardinality casefold cbrt ceil ' +
  'ceiling center char char_length character_length chr cidr circle citext corr cos cosd cosh cot cotd count covar_pop covar_samp crc32 crc32c crypt ' +
  'cume_dist date date_add date_bin date_part date_subtract date_trunc datemultirange daterange dearmor decode decrypt degrees dense_rank diagonal ' +
  'diameter digest div earth_distance encode encrypt erf erfc every exp extract factorial family first_value float4 float8 floor gamma gcd ' +
  'generate_series generate_subscripts get_bit get_byte height hmac host hostmask hstore icu_unicode_version initcap int2 int2int4_sum int4 int4inc ' +
  'int4multirange int4range int8 int8_sum int8multirange int8range interval is_normalized isclosed isfinite ishorizontal isopen isparallel isperp ' +
  'isvertical json_array_elements json_array_elements_text json_array_length json_each json_each_text json_object json_object_keys json_strip_nulls ' +
  'json_to_tsvector json_typeof jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_each jsonb_each_text jsonb_insert jsonb_object ' +
  'jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict jsonb_object_keys jsonb_path_exists jsonb_path_match ' +
  'jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_tsvector jsonb_typeof ' +
  'justify_days justify_hours justify_interval lag last_value lca lcm lead left length levenshtein lgamma like like_escape line ll_to_earth ln log log10 ' +
  'lower lower_inc lower_inf lpad lseg ltrim macaddr macaddr8 macaddr8_set7bit make_date make_interval make_time make_timestamp makeaclitem masklen max ' +
  'md5 metaphone min min_scale mod mode multirange name netmask network nlevel normalize notlike npoints nth_value ntile num_nonnulls num_nulls numeric ' +
  'numeric_div_trunc numeric_exp numeric_inc numeric_ln numeric_log numeric_sqrt nummultirange numnode numrange octet_length oid overlaps overlay ' +
  'parse_ident path pclose percent_rank percentile_cont percentile_disc pg_encoding_max_length pg_lsn pg_partition_root pg_size_bytes pg_size_pretty ' +
  'pg_snapshot_xip pg_snapshot_xmax pg_snapshot_xmin pg_visible_in_snapshot phraseto_tsquery pi plainto_tsquery point polygon popen position ' +
  'postgresql_fdw_validator pow power querytree quote_ident quote_literal quote_nullable radians radius range_agg range_intersect_agg rank regexp_count ' +
  'regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr regr_avgx regr_avgy ' +
  'regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat replace reverse right round row_number rpad rtrim ' +
  'satisfies_hash_partition scale set_bit set_byte set_masklen setweight sha224 sha256 sha384 sha512 show_trgm sign similar_escape similar_to_escape ' +
  'similarity sin sind sinh slice slope soundex split_part sqrt starts_with stddev stddev_pop stddev_samp string_agg string_to_array string_to_table ' +
  'strip strpos subpath substr substring sum tan tand tanh text time timestamp timestamptz timetz timezone to_ascii to_bin to_hex to_oct to_timestamp ' +
  'to_tsquery to_tsvector translate trim_array trim_scale trunc ts_delete ts_filter ts_headline ts_lexize ts_parse ts_rank ts_rank_cd ts_rewrite ' +
  'ts_token_type tsmultirange tsrange tstzmultirange tstzrange tsvector_to_array txid_snapshot_xip txid_snapshot_xmax txid_snapshot_xmin ' +
  'txid_visible_in_snapshot unicode_assigned unicode_version unistr unnest upper upper_inc upper_inf uuid_extract_timestamp uuid_extract_version ' +
  'uuid_generate_v3 uuid_generate_v5 uuid_nil uuid_ns_dns uuid_ns_oid uuid_ns_url uuid_ns_x500 var_pop var_samp varbit varchar variance ' +
  'websearch_to_tsquery width width_bucket word_similarity xid xml_is_well_formed_content xml_is_well_formed_document xmlagg xmlcomment xmlexists xmltext ' +
  'xmlvalidate xpath xpath_exists',
);

/** Of functions that are immutable otherwise, the forms by number of arguments that are STABLE: they ask a setting for what was left out. */
export const STABLE_FORMS: ReadonlySet<string> = words(
  'age/1 date_add/2 date_subtract/2 json_to_tsvector/2 jsonb_to_tsvector/2 length/2 phraseto_tsquery/1 plainto_tsquery/1 timetz/1 to_timestamp/2 to_tsquery/1 ' +
  'to_tsvector/1 ts_headline/2 websearch_to_tsquery/1',
);
