"""The database as one principal sees it: row predicates in every statement, and what was seen."""
