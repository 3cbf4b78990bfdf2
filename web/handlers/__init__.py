"""What handlers share: parameters, forms, refusals."""
