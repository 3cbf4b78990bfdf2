"""What programs that know ListenBrainz submit and read."""
