; What a definition is in SQL.

(create_table (object_reference name: (_) @name)) @definition.struct
(create_table (object_reference name: (_) @name) (column_definitions) @inside) @definition.struct
(column_definition name: (_) @name) @definition.field
(create_view (object_reference name: (_) @name) (create_query) @body) @definition.struct
(create_materialized_view (object_reference name: (_) @name) (create_query) @body) @definition.struct
(create_function . (_)* . (object_reference name: (_) @name) (function_body)? @body) @definition.function
(create_procedure (object_reference name: (_) @name) (procedure_body)? @body) @definition.function
(create_trigger . (_)* . (keyword_trigger) . (object_reference name: (_) @name)) @definition.function
(create_type (object_reference name: (_) @name)) @definition.type
(create_sequence (object_reference name: (_) @name)) @definition.variable
(create_index column: (_) @name) @definition.constant
(create_schema (identifier) @name) @definition.namespace
