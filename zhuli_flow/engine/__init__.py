"""The law: pure decisions. No clock, file, database or network in this package; time is an argument."""
