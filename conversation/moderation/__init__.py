"""What may not be asked, and what may not be answered, where the owner has it checked."""
