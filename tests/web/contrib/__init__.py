"""The files of contrib/, as the programs that they are for use them, against the service."""
