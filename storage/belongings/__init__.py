"""What is kept of people, kind by kind: how much it is, how it is read out, how it is forgotten."""
