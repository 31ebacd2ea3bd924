; What a definition and an import is in Python.
; A later pattern has the last word on a name that an earlier one matched too.

(class_definition body: (block) @inside) @definition.class
(function_definition) @definition.function
(decorated_definition
  (decorator [
    (identifier) @_decorator
    (attribute attribute: (identifier) @_decorator)
  ])
  definition: (function_definition) @definition.property
  (#match? @_decorator "^(property|cached_property|abstractproperty|setter|getter|deleter)$"))
(type_alias_statement
  left: (type [
    (identifier) @name
    (generic_type (identifier) @name)
  ])) @definition.type

(expression_statement (assignment left: (identifier) @name) @definition.variable)
(expression_statement (assignment left: (pattern_list (identifier) @name)) @definition.variable)

; Branches bind names in what they stand in.
(if_statement consequence: (block) @inside)
(elif_clause consequence: (block) @inside)
(else_clause body: (block) @inside)
(try_statement body: (block) @inside)
(except_clause (block) @inside)
(with_statement body: (block) @inside)

(import_statement name: (dotted_name) @import.module)
(import_statement
  name: (aliased_import
    name: (dotted_name) @import.module
    alias: (identifier) @import.alias))
(import_from_statement
  module_name: (_) @import.module
  name: [(dotted_name) (aliased_import)] @import.specifier)
(import_from_statement
  module_name: (_) @import.module
  (wildcard_import) @import.name)
(future_import_statement
  "__future__" @import.module
  name: [(dotted_name) (aliased_import)] @import.specifier)
