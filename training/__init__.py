"""How the embedded engine's own weights are made; see the docstring of each script."""

import local_textract as local_textract  # before onnxruntime is loaded, which is told there to report nothing
