"""The ask: what becomes of it and when, who may be asked, and whom else to propose. Pure, without a clock."""
