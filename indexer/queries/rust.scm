; What a definition is in Rust.

(function_item) @definition.function
(function_signature_item) @definition.function
(struct_item) @definition.struct
(struct_item body: (field_declaration_list) @inside) @definition.struct
(union_item body: (_) @inside) @definition.struct
(enum_item body: (_) @inside) @definition.enum
(enum_variant) @definition.constant
(field_declaration) @definition.field
(trait_item body: (_) @inside) @definition.trait
(type_item) @definition.type
(associated_type) @definition.type
(const_item) @definition.constant
(static_item) @definition.variable
(macro_definition) @definition.macro
(mod_item) @definition.namespace
(mod_item body: (_) @inside) @definition.namespace

; What an `impl` holds belongs to its type.
(impl_item
  type: [
    (type_identifier) @name
    (generic_type type: (type_identifier) @name)
    (scoped_type_identifier name: (type_identifier) @name)
    (reference_type type: (type_identifier) @name)
  ]
  body: (_) @inside) @scope

(use_declaration argument: (_) @import.tree)
