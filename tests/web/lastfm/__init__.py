"""What programs that know Last.fm submit."""
