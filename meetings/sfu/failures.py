"""What goes wrong with a command to a media node."""


class GatewayError(Exception):
    """A command that was not carried out. ``code`` is stable, ``message`` is English, for the log."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class NodeUnavailable(GatewayError):
    """The node is away, did not answer in time, or refused the secret. Trying again later makes sense."""


class CommandFailed(GatewayError):
    """The node answered ``Failed``: ``no-usable-codec``, ``bad-offer``, ``bad-command``, ``node-full``…"""
