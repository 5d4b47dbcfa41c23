"""The classes that pictures are labelled with, and what they are kinds of."""
