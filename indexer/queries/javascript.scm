; What JavaScript's grammar calls differently from TypeScript's: the fields of a class.

(field_definition property: (_) @name) @definition.field
(field_definition
  property: (_) @name
  value: [(arrow_function) (function_expression)] @value) @definition.method
