; What a definition is in Swift. An extension is none: what stands in it belongs to the type that it names.

(class_declaration declaration_kind: "class" body: (_) @inside) @definition.class
(class_declaration declaration_kind: "actor" body: (_) @inside) @definition.class
(class_declaration declaration_kind: "struct" body: (_) @inside) @definition.struct
(class_declaration declaration_kind: "enum" body: (_) @inside) @definition.enum
(class_declaration declaration_kind: "extension" name: (_) @name body: (_) @inside) @scope
(protocol_declaration name: (_) @name body: (_) @inside) @definition.interface
(enum_entry name: (simple_identifier) @name) @definition.constant
(typealias_declaration name: (type_identifier) @name) @definition.type

(function_declaration name: (simple_identifier) @name body: (_)? @body) @definition.function
(protocol_function_declaration name: (simple_identifier) @name) @definition.function
(init_declaration "init" @name body: (_)? @body) @definition.constructor
(property_declaration
  name: (pattern (simple_identifier) @name)
  computed_value: (_)? @body) @definition.variable
(protocol_property_declaration name: (pattern (simple_identifier) @name)) @definition.property
