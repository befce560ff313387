"""What studies may claim: on simulated parks, and on real counts where nothing happened."""
