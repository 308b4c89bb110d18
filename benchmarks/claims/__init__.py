"""What is claimed of the speed of agreement, each claim with the peer it is measured against."""
