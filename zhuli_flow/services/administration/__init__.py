"""Care of an office: check-up, directory, definitions in use, backups, the heartbeat."""
