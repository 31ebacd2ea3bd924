; What a definition is in Go.

(function_declaration) @definition.function
(method_declaration
  receiver: (parameter_list (parameter_declaration type: [
    (type_identifier) @parent
    (generic_type type: (type_identifier) @parent)
    (pointer_type [
      (type_identifier) @parent
      (generic_type type: (type_identifier) @parent)
    ])
  ]))) @definition.method

(type_declaration "type" @keyword (type_spec) @definition.type)
(type_declaration "type" @keyword (type_alias) @definition.type)
(type_declaration "type" @keyword
  (type_spec type: (struct_type (field_declaration_list) @inside)) @definition.struct)
(type_declaration "type" @keyword
  (type_spec type: (interface_type "{" @body) @inside) @definition.interface)
(field_declaration name: (field_identifier) @name) @definition.field
(method_elem) @definition.method

(const_spec (identifier) @name) @definition.constant
(var_spec name: (identifier) @name) @definition.variable
(var_spec_list (var_spec name: (identifier) @name) @definition.variable)

(import_declaration (import_spec
  name: (_)? @import.alias path: (_) @import.module))
(import_declaration (import_spec_list (import_spec
  name: (_)? @import.alias path: (_) @import.module)))
