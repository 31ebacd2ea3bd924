; What a definition is in Kotlin.

(class_declaration) @definition.class
(class_declaration "class" (class_body) @inside) @definition.class
(class_declaration "interface") @definition.interface
(class_declaration "interface" (class_body) @inside) @definition.interface
(class_declaration (enum_class_body) @inside) @definition.enum
(class_declaration (primary_constructor (class_parameters
  (class_parameter ["val" "var"] . (identifier) @name) @definition.field)))
(object_declaration (class_body) @inside) @definition.class
(companion_object (class_body) @inside)
(enum_entry . (identifier) @name) @definition.constant
(enum_entry (modifiers) . (identifier) @name) @definition.constant
(type_alias type: (identifier) @name) @definition.type

(function_declaration (function_body)? @body) @definition.function
(secondary_constructor "constructor" @name (block)? @body) @definition.constructor
(property_declaration (variable_declaration (identifier) @name)) @definition.variable
((property_declaration
  (modifiers (property_modifier) @_modifier)
  (variable_declaration (identifier) @name)) @definition.constant
  (#eq? @_modifier "const"))
