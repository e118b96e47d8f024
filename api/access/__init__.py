"""Who may do what: roles, actions, the policy table, and the SQL filters it compiles to."""
