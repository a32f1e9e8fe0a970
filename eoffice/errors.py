"""What a person did that cannot be done, and what to do instead.

::

    UserError            400  the request cannot be carried out as it stands
    ├── NotAllowed       403  somebody else may do it
    ├── NotFound         404  it does not exist, or not for this person
    └── Conflict         409  it could be done before, or later, but not in the present state

``code`` is stable and for programs and tests; ``message`` and ``hint`` are sentences in the reader's
language (lazy translations are welcome). Anything that is not a ``UserError`` is our own fault.
"""

from collections.abc import Mapping


class UserError(Exception):
    """Shown to the person; what they typed is kept and their socket stays open."""

    status = 400

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.hint = hint
        self.fields = dict(fields or {})
        """Form field → what is wrong with it."""


class NotAllowed(UserError):
    """The person is known but has no right to do this."""

    status = 403


class NotFound(UserError):
    """There is no such thing for this person."""

    status = 404


class Conflict(UserError):
    """The thing is no longer, or not yet, in a state that allows this."""

    status = 409
