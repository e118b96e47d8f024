"""The tables of users, their credentials, sessions, tokens, links and failed attempts."""
