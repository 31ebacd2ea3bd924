; What a definition is in Scala.

(object_definition body: (_)? @inside) @definition.module
(class_definition body: (_)? @inside) @definition.class
(trait_definition body: (_)? @inside) @definition.trait
(enum_definition body: (_) @inside) @definition.enum
(enum_body (enum_case_definitions (simple_enum_case) @definition.constant))
(enum_body (enum_case_definitions (full_enum_case) @definition.constant))
(type_definition name: (_) @name) @definition.type
(extension_definition body: (template_body) @inside)
(extension_definition body: (function_definition name: (_) @name body: (_) @body) @definition.function)
(package_clause body: (_) @inside)

(function_definition name: (_) @name body: (_) @body) @definition.function
(function_declaration name: (_) @name) @definition.function
(val_definition pattern: (identifier) @name) @definition.variable
(var_definition pattern: (identifier) @name) @definition.variable
(val_declaration name: (_) @name) @definition.variable
(var_declaration name: (_) @name) @definition.variable
(given_definition name: (_) @name) @definition.variable
