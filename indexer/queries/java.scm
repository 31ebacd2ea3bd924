; What a definition is in Java.

(class_declaration body: (_) @inside) @definition.class
(record_declaration body: (_) @inside) @definition.class
(interface_declaration body: (_) @inside) @definition.interface
(annotation_type_declaration body: (_) @inside) @definition.interface
(enum_declaration body: (_) @inside) @definition.enum
(enum_constant) @definition.constant

(method_declaration) @definition.method
(annotation_type_element_declaration) @definition.method
(constructor_declaration) @definition.constructor
(compact_constructor_declaration) @definition.constructor

(field_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.field
; Not by a predicate on the text: where that is no UTF-8, the predicate raises.
(field_declaration
  (modifiers "static" "final")
  declarator: (variable_declarator name: (identifier) @name)) @definition.constant
(field_declaration
  (modifiers "final" "static")
  declarator: (variable_declarator name: (identifier) @name)) @definition.constant
(constant_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.constant

(import_declaration
  (scoped_identifier scope: (_) @import.module name: (identifier) @import.name) . )
((import_declaration
  (scoped_identifier) @import.module
  (asterisk) @import.name))
