"""The files of contrib/ work with the service when used as the programs that they are for use them."""
