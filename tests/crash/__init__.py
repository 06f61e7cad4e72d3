"""The bot killed at random moments, and what people see of it: nothing."""
