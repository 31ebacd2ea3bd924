; What a definition is in C++. A name like `Shape::area` belongs to `Shape`.

(function_definition declarator: [
  (function_declarator declarator: (_) @name)
  (pointer_declarator declarator: (function_declarator declarator: (_) @name))
  (reference_declarator (function_declarator declarator: (_) @name))
]) @definition.function
(function_definition declarator: (operator_cast) @name) @definition.function
(declaration declarator: [
  (function_declarator declarator: [(identifier) (destructor_name) (operator_name)] @name)
  (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  (reference_declarator (function_declarator declarator: (identifier) @name))
]) @definition.function
(field_declaration declarator: [
  (function_declarator declarator: [(field_identifier) (operator_name)] @name)
  (pointer_declarator declarator: (function_declarator declarator: (field_identifier) @name))
  (reference_declarator (function_declarator declarator: [(field_identifier) (operator_name)] @name))
]) @definition.function

(declaration declarator: [
  (identifier) @name
  (pointer_declarator declarator: (identifier) @name)
  (array_declarator declarator: (identifier) @name)
  (init_declarator declarator: (identifier) @name)
  (init_declarator declarator: (pointer_declarator declarator: (identifier) @name))
  (init_declarator declarator: (array_declarator declarator: (identifier) @name))
]) @definition.variable
(field_declaration declarator: [
  (field_identifier) @name
  (pointer_declarator declarator: (field_identifier) @name)
  (reference_declarator (field_identifier) @name)
  (array_declarator declarator: (field_identifier) @name)
]) @definition.field

(class_specifier name: (_) body: (_) @inside) @definition.class
(struct_specifier name: (_) body: (_) @inside) @definition.struct
(union_specifier name: (_) body: (_) @inside) @definition.struct
(enum_specifier name: (_) body: (_) @inside) @definition.enum
(enumerator) @definition.constant
(alias_declaration) @definition.type
(concept_definition) @definition.type
(type_definition declarator: (type_identifier) @name) @definition.type
(type_definition
  type: (struct_specifier body: (_) @inside)
  declarator: (type_identifier) @name) @definition.struct
(type_definition
  type: (enum_specifier body: (_) @inside)
  declarator: (type_identifier) @name) @definition.enum

(namespace_definition body: (_) @inside)
(namespace_definition name: (_) body: (_) @inside) @definition.namespace
(linkage_specification body: (declaration_list) @inside)

(preproc_def) @definition.macro
(preproc_function_def) @definition.macro

(preproc_if) @inside
(preproc_ifdef) @inside
(preproc_else) @inside
(preproc_elif) @inside
