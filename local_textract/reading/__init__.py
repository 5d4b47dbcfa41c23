"""Reading pictures: runs of text found, turned upright, recognised, cut into words."""
