"""The three ways in which models speak, and what they have in common."""
