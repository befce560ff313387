"""Studies of the park: a question registered beforehand, its estimate, its verdict, its report."""
