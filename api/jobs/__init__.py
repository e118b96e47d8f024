"""Background jobs: stored with the wish for them, made by any worker, their effects once.

``docs/jobs.md`` draws the machine. ``job`` is what a job is, ``repository`` stores it, ``kinds``
says which there are, ``run_job`` makes one, ``worker`` makes whatever waits.
"""
