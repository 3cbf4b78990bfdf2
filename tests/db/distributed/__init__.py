"""The database on a Citus cluster; what needs one runs where TEST_CITUS_URL names its coordinator."""
