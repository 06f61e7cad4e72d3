"""What is remembered: one repository per subject, and migrations."""
