; What a definition is in PHP.

(namespace_definition) @definition.namespace
(namespace_definition body: (_) @inside) @definition.namespace
(class_declaration body: (_) @inside) @definition.class
(interface_declaration body: (_) @inside) @definition.interface
(trait_declaration body: (_) @inside) @definition.trait
(enum_declaration body: (_) @inside) @definition.enum
(enum_case) @definition.constant

(function_definition) @definition.function
(method_declaration) @definition.method
(const_declaration (const_element (name) @name)) @definition.constant
(property_declaration (property_element name: (variable_name (name) @name))) @definition.field
(if_statement body: (compound_statement) @inside)
