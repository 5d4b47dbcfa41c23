"""botocore's own description of AWS's services: what their operations take, and what they answer."""

from functools import cache

import botocore.session
from botocore.model import ServiceModel


@cache
def service_model(service: str) -> ServiceModel:
    """The model of `textract` or `rekognition`, in the version that boto3 calls."""
    model = botocore.session.Session().get_service_model(service)
    assert isinstance(model, ServiceModel)
    return model
