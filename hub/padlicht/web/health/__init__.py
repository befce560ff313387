"""What is wrong, and how every node is."""
