"""The same verbs and views for programs: JSON under ``/api/v1``, by bearer tokens, described by OpenAPI 3.1."""
