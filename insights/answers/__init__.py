"""Building blocks of questions and answers: periods, parameters and value types."""
