"""What the project's figures are measured with; see README.md beside this file."""

import local_textract as local_textract  # before onnxruntime is loaded, which is told there to report nothing
