"""How the embedded engine's own weights are made: a room a model, and `drawing` for what several of them share.

The docstring of each `train_….py` says what it needs and how it is run, always from the folder above this one.
"""

import local_textract as local_textract  # before onnxruntime is loaded, which is told there to report nothing
