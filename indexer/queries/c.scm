; What a definition is in C.

(function_definition declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  (pointer_declarator declarator: (pointer_declarator
    declarator: (function_declarator declarator: (identifier) @name)))
]) @definition.function
(declaration declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  (pointer_declarator declarator: (pointer_declarator
    declarator: (function_declarator declarator: (identifier) @name)))
]) @definition.function

(declaration declarator: [
  (identifier) @name
  (pointer_declarator declarator: (identifier) @name)
  (array_declarator declarator: (identifier) @name)
  (init_declarator declarator: (identifier) @name)
  (init_declarator declarator: (pointer_declarator declarator: (identifier) @name))
  (init_declarator declarator: (array_declarator declarator: (identifier) @name))
  (init_declarator declarator: (pointer_declarator
    declarator: (array_declarator declarator: (identifier) @name)))
]) @definition.variable

(struct_specifier name: (_) body: (_) @inside) @definition.struct
(union_specifier name: (_) body: (_) @inside) @definition.struct
(enum_specifier name: (_) body: (_) @inside) @definition.enum
(declaration type: (struct_specifier name: (_) @name body: (_) @inside) @definition.struct)
(declaration type: (enum_specifier name: (_) @name body: (_) @inside) @definition.enum)
(enumerator) @definition.constant
(field_declaration declarator: [
  (field_identifier) @name
  (pointer_declarator declarator: (field_identifier) @name)
  (array_declarator declarator: (field_identifier) @name)
  (function_declarator declarator: (parenthesized_declarator
    (pointer_declarator declarator: (field_identifier) @name)))
]) @definition.field

(type_definition declarator: [
  (type_identifier) @name
  (pointer_declarator declarator: (type_identifier) @name)
  (function_declarator declarator: (parenthesized_declarator
    (pointer_declarator declarator: (type_identifier) @name)))
]) @definition.type
(type_definition
  type: (struct_specifier body: (_) @inside)
  declarator: (type_identifier) @name) @definition.struct
(type_definition
  type: (union_specifier body: (_) @inside)
  declarator: (type_identifier) @name) @definition.struct
(type_definition
  type: (enum_specifier body: (_) @inside)
  declarator: (type_identifier) @name) @definition.enum

(preproc_def) @definition.macro
(preproc_function_def) @definition.macro

(preproc_if) @inside
(preproc_ifdef) @inside
(preproc_else) @inside
(preproc_elif) @inside
(linkage_specification body: (declaration_list) @inside)
