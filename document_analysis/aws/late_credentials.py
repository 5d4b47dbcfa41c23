"""Credentials that may come after the clients were made: whoever has none yet looks again, not too often."""

import random
import threading
import time
from collections.abc import Callable
from typing import Any

from botocore.credentials import Credentials, create_credential_resolver
from botocore.exceptions import BotoCoreError, CredentialRetrievalError
from botocore.session import Session

# Between two look-ups that found nothing, a half more or less so that instances do not ask in step; seconds.
PAUSE_S = 5.0


class LateCredentials(Credentials):
    """What all clients of a session sign with. Nothing is looked up before the first of them signs.

    Until the chain finds credentials there are none, as botocore has it.
    """

    method = "late"

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: Any = None
        self._look_again_at = 0.0
        self._lock = threading.Lock()

    def get_frozen_credentials(self) -> Any:
        try:
            found = self._find()
            return found and found.get_frozen_credentials()
        except BotoCoreError:
            raise
        except Exception as error:  # botocore takes what a source of credentials answers for well formed
            raise CredentialRetrievalError(provider=self.method, error_msg=type(error).__name__) from error

    def get_deferred_property(self, property_name: str) -> Callable[[], Any]:
        return lambda: getattr(self._find(), property_name, None)

    def __getattr__(self, name: str) -> Any:
        """The rest, `access_key` say, is that of the credentials found."""
        if name in {"access_key", "secret_key", "token", "account_id"}:
            return getattr(self._find(), name, None)
        raise AttributeError(name)

    def _find(self) -> Any:
        with self._lock:
            if self._found is None and time.monotonic() >= self._look_again_at:
                try:
                    region = self._session.get_config_variable("region")
                    chain = create_credential_resolver(self._session, region_name=region)
                    self._found = chain.load_credentials()
                finally:
                    self._look_again_at = time.monotonic() + PAUSE_S * random.uniform(0.5, 1.5)  # noqa: S311
            return self._found


class LateResolver:
    """The chain's place in a session: it gives one `LateCredentials`, at once."""

    def __init__(self, session: Session) -> None:
        self._credentials = LateCredentials(session)

    def load_credentials(self) -> LateCredentials:
        return self._credentials
