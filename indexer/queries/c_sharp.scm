; What a definition is in C#.

(namespace_declaration body: (_) @inside) @definition.namespace
(file_scoped_namespace_declaration) @definition.namespace
(class_declaration body: (_) @inside) @definition.class
(record_declaration) @definition.class
(record_declaration body: (_) @inside) @definition.class
(record_declaration (parameter_list (parameter name: (identifier) @name) @definition.property))
(interface_declaration body: (_) @inside) @definition.interface
(struct_declaration body: (_) @inside) @definition.struct
(enum_declaration body: (_) @inside) @definition.enum
(enum_member_declaration) @definition.constant
(delegate_declaration) @definition.type

(method_declaration) @definition.method
(local_function_statement) @definition.function
(constructor_declaration) @definition.constructor
(property_declaration accessors: (_)? @body) @definition.property
(event_declaration) @definition.property
(field_declaration
  (variable_declaration (variable_declarator name: (identifier) @name))) @definition.field
(event_field_declaration
  (variable_declaration (variable_declarator name: (identifier) @name))) @definition.field
((field_declaration
  (modifier) @_modifier
  (variable_declaration (variable_declarator name: (identifier) @name))) @definition.constant
  (#eq? @_modifier "const"))
