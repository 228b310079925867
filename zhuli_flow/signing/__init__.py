"""SEAL 印鉴: the keys that sign for the log. The only room that knows cryptography; nobody else holds a private key."""
