; What TypeScript and TSX define beyond JavaScript.

(abstract_class_declaration body: (_) @inside) @definition.class
(interface_declaration body: (_) @inside) @definition.interface
(enum_declaration body: (_) @inside) @definition.enum
(type_alias_declaration) @definition.type
(internal_module body: (_) @inside) @definition.namespace
(module body: (_)? @inside) @definition.namespace

; Signatures without a body: overloads, `declare`, abstract methods, members of an interface.
(function_signature) @definition.function
(abstract_method_signature) @definition.method
(class_body (method_signature) @definition.method)
(interface_body (method_signature) @definition.method)
(interface_body (property_signature) @definition.field)

(public_field_definition) @definition.field
(public_field_definition value: [(arrow_function) (function_expression)] @value) @definition.method

(enum_body (property_identifier) @name @definition.constant)
(enum_body (enum_assignment) @definition.constant)

(import_statement (import_require_clause
  (identifier) @import.alias
  source: (string) @import.module))
