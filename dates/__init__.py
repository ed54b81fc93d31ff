"""What the house knows of days and clocks: the zone, working days, dates that make sense. No tables of its own."""
