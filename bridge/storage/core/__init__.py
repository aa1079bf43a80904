"""What all of storage stands on: the database, its schema, versions, jobs."""
