"""A person's rights to what is kept of them: to take it along, and to have it forgotten."""
