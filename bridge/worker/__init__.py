"""3 WORK: absorb ▸ refresh ▸ push, each keyed by one entity, idempotent, to be run again at any moment."""
