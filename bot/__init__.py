"""What runs: the command line, the composition root, and intake."""
