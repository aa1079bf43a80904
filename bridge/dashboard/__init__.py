"""5 SHOW: the pages of a blogger, signed in from wp-admin."""
