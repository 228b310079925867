"""The verbs: one use case a file, one transaction a use case. Here the pure law meets memory, paper and post."""
