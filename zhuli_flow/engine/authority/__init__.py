"""Who may do what: rights, sign-offs, assignees, and what stays sealed."""
