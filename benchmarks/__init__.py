"""How well and how fast the review's deterministic half works, measured on real repositories.

    python -m benchmarks seeded --repos DIR     breakages planted in real repositories, judged by type checkers
    python -m benchmarks commits --repos DIR    real commits: how many findings, each classed by a person
    python -m benchmarks speed                  index and review of a large repository
    python -m benchmarks sandbox                what the sandbox costs a command
    python -m benchmarks hostile                every command over the repository that means harm, made by the tests
    python -m benchmarks secrets --repos DIR    how often clean code is taken for a secret
    python -m benchmarks tui                    the screens: first paint, typing, memory

nouns       what is chosen, changed and expected     judge        what a change breaks, from a use's own syntax
python_source, python_uses, python_changes           Python: definitions, uses, the edits
script_changes, oracle_script.cjs                    TypeScript and JavaScript: the same
oracle_python, oracle_script                         who uses a definition, asked from a language server
java_repository, java_changes, oracle_java           Java: what breaks, asked from the compiler (OracleJava.java)
tools       the oracles' own environment             scratch      clones, and commits made without a checkout
seeded, choice, score     the seeded benchmark       commits, speed     the other two      report     tables

Nothing here is shipped. The truth never comes from the code that is measured: references come from a language server,
and whether one breaks is judged on the syntax trees of Python's `ast` and of the TypeScript compiler. What breaks in a
Java repository is the difference between javac's errors before and after; the environment's CLASSPATH may name jars.
"""
