"""Why there is no answer: exceptions that reach the host as what they are.

Raise one of them in an answer. Any other exception is a fault of the plugin: the host survives it, and logs its
traceback. Texts reach the host's log, never the seller.
"""


class Failure(Exception):
    """The reason why there is no answer, one of the classes below."""

    kind = "failed"
    """Its name in the interface."""

    @property
    def message(self) -> str:
        """The text for the host's log, empty if there is none."""
        return str(self.args[0]) if self.args else ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Failure) and type(self) is type(other) and self.args == other.args

    def __hash__(self) -> int:
        return hash((type(self), self.args))


class RecordNotFound(Failure):
    """The plugin deals with such records but knows none with this identifier.

    Having nothing to say about a record is an empty page instead.
    """

    kind = "record-not-found"

    def __init__(self) -> None:
        super().__init__()


class InvalidCrmConnection(Failure):
    """The plugin is connected to another CRM organization."""

    kind = "invalid-crm-connection"

    def __init__(self) -> None:
        super().__init__()


class NotPermitted(Failure):
    """The seller may not see this."""

    kind = "not-permitted"

    def __init__(self) -> None:
        super().__init__()


class SignInRequired(Failure):
    """The seller has to sign in to the partner's application first, or again."""

    kind = "sign-in-required"

    def __init__(self) -> None:
        super().__init__()


class Unavailable(Failure):
    """A backend is down or does not answer in time; says which. It is not the plugin's fault."""

    kind = "unavailable"

    def __init__(self, message: str) -> None:
        super().__init__(message)


class Throttled(Failure):
    """A backend wants fewer requests."""

    kind = "throttled"

    def __init__(self, retry_after: int | None = None) -> None:
        super().__init__(*(() if retry_after is None else (retry_after,)))

    @property
    def retry_after(self) -> int | None:
        """In how many seconds to try again, if the backend says so. The host passes on 1 to 60."""
        return self.args[0] if self.args else None

    @property
    def message(self) -> str:
        return ""


class InvalidRequest(Failure):
    """The question makes no sense; says why."""

    kind = "invalid-request"

    def __init__(self, message: str) -> None:
        super().__init__(message)


class Failed(Failure):
    """Anything else; says what."""

    kind = "failed"

    def __init__(self, message: str) -> None:
        super().__init__(message)


class HostError(Exception):
    """Something that the host refuses or cannot do. In an answer that does not catch it, it becomes a failure."""

    def failure(self) -> Failure:
        """Returns the failure that it is for an answer."""
        return Failed(str(self))
