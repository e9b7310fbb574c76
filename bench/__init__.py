"""Counties made to order: for measuring, and for showing."""
