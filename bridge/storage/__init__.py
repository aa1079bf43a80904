"""2 MEMORY: everything the bridge remembers, on SQLite or PostgreSQL.

The only place that speaks SQL. The caller opens the transaction (``with database.begin() as tx:``),
functions take ``tx`` first, nobody below commits.
"""
