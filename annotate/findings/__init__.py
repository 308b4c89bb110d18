"""What there is to be seen in a study: models of the pages, without any drawing."""
