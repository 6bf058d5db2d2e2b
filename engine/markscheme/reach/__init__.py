"""What would it take: the least changes of a record that give a result another value, proved complete."""
