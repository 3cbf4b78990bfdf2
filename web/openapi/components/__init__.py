"""The parts of operations: schemas, and shared parameters, answers and security."""
