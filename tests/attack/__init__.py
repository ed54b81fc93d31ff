"""What somebody who can write to the database, or who works at the lab, might try: `make attack` replays it (docs/security.md)."""
