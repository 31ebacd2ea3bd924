; What a definition is in Lua. A function `M.f` or `M:f` belongs to `M`.

(function_declaration name: (identifier) @name body: (_)? @body) @definition.function
(function_declaration
  name: (dot_index_expression table: (identifier) @parent field: (identifier) @name)
  body: (_)? @body) @definition.function
(function_declaration
  name: (method_index_expression table: (identifier) @parent method: (identifier) @name)
  body: (_)? @body) @definition.function
(assignment_statement
  (variable_list name: (identifier) @name)) @definition.variable
(assignment_statement
  (variable_list name: (dot_index_expression table: (identifier) @parent field: (identifier) @name))) @definition.field
(assignment_statement
  (variable_list name: (identifier) @name)
  (expression_list value: (function_definition body: (_)? @body))) @definition.function
(assignment_statement
  (variable_list name: (dot_index_expression table: (identifier) @parent field: (identifier) @name))
  (expression_list value: (function_definition body: (_)? @body))) @definition.function
