"""One module a verb: `HELP`, `add_arguments(parser)`, `run(arguments, settings) -> exit code`."""
