; What a definition and an import is in JavaScript, TypeScript and TSX alike.
; A later pattern has the last word on a name that an earlier one matched too.

(function_declaration) @definition.function
(generator_function_declaration) @definition.function
(class_declaration body: (_) @inside) @definition.class
(method_definition) @definition.method
(method_definition ["get" "set"]) @definition.property

(lexical_declaration
  kind: "const" @keyword
  (variable_declarator name: (identifier)) @definition.constant)
(lexical_declaration
  kind: "let" @keyword
  (variable_declarator name: (identifier)) @definition.variable)
(variable_declaration
  "var" @keyword
  (variable_declarator name: (identifier)) @definition.variable)
(lexical_declaration
  kind: _ @keyword
  (variable_declarator
    name: (object_pattern [
      (shorthand_property_identifier_pattern) @name
      (pair_pattern value: (identifier) @name)
    ])) @definition.variable)

; What is bound to a function or a class is one.
(lexical_declaration
  kind: _ @keyword
  (variable_declarator
    name: (identifier)
    value: [(arrow_function) (function_expression) (generator_function) (class)] @value) @definition.function)
(variable_declaration
  "var" @keyword
  (variable_declarator
    name: (identifier)
    value: [(arrow_function) (function_expression) (generator_function) (class)] @value) @definition.function)

; What stands in an object literal belongs to the variable that holds it.
(variable_declarator value: (object) @inside)
(export_statement value: (object) @inside)

; A function that is called where it stands hides its own names, and is often the whole file.
(expression_statement (call_expression
  function: (parenthesized_expression [(function_expression) (arrow_function)] @inside)))

; Functions in an object literal.
(pair
  key: (property_identifier) @name
  value: [(arrow_function) (function_expression)] @value) @definition.method

; `export default` of something without a name is called `default`.
(export_statement
  "default" @name
  value: [(arrow_function) (function_expression !name) (class !name)] @value @definition.function)

; `Type.prototype.run = function …`, `exports.run = …`
(expression_statement (assignment_expression
  left: (member_expression) @member
  right: [(arrow_function) (function_expression) (generator_function) (class)] @value) @definition.function)

(import_statement
  (import_clause (identifier) @import.default)
  source: (string) @import.module)
(import_statement
  (import_clause (namespace_import (identifier) @import.namespace))
  source: (string) @import.module)
(import_statement
  (import_clause (named_imports (import_specifier) @import.specifier))
  source: (string) @import.module)
(import_statement
  "import" . source: (string) @import.module)
(export_statement
  (export_clause (export_specifier) @import.specifier)
  source: (string) @import.module)
(export_statement
  "*" @import.name
  source: (string) @import.module)
(export_statement
  (namespace_export (_) @import.namespace)
  source: (string) @import.module)

((variable_declarator
  name: (_) @import.binding
  value: (call_expression
    function: (identifier) @_require
    arguments: (arguments . (string) @import.module)))
  (#eq? @_require "require"))
