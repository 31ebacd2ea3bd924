; What a definition is in Ruby.

(module body: (_)? @inside) @definition.module
(class body: (_)? @inside) @definition.class
(singleton_class body: (_) @inside)
(method "end" @body) @definition.function
(method body: (_) @body) @definition.function
(singleton_method "end" @body) @definition.function
(singleton_method body: (_) @body) @definition.function
(assignment left: (constant) @name) @definition.constant
((call
  method: (identifier) @_attribute
  arguments: (argument_list (simple_symbol) @name)) @definition.property
  (#match? @_attribute "^attr_(reader|writer|accessor)$"))
