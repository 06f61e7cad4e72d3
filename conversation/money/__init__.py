"""Money: every paid call goes through here, and what it cost can be asked for."""
