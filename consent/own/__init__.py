"""What « Mon espace » shows of a person to that person, panel by panel."""
