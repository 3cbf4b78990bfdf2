"""What operations are made of: schemas, and parameters, answers and security that many of them share."""
