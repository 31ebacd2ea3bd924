"""The parts of the screens, a file each."""
