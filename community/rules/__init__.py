"""Rules about habits, giving, sessions with experts, and desks. Facts in, findings out; no tables, no clock."""
