"""The rooms on several media nodes that this process steers: those with people in it.

All web processes with people of a room do so, and come to the same (``meetings.sfu.cascade``, ADR 0029). Lives in the
event loop of the gateways.
"""

from collections.abc import Awaitable, Callable, Sequence

from meetings.sfu.cascade import Cascade
from meetings.sfu.gateway import Event, MediaGateway, NodeFound, NodeLost
from meetings.sfu.messages import Spread


class Cascades:
    """A cascade for every room that is, or was, on several nodes. ``gateway`` gives the gateway to a node."""

    def __init__(self, gateway: Callable[[str], Awaitable[MediaGateway]]) -> None:
        self._gateway = gateway
        self._cascades: dict[str, Cascade] = {}

    async def steer(self, room: str, nodes: Sequence[str]) -> None:
        """A room is on these nodes, the first of them its centre."""
        cascade = self._cascades.get(room)
        if cascade is None:
            if len(nodes) < 2:
                return
            cascade = self._cascades[room] = Cascade(room, self._gateway)
        cascade.steer(nodes[0], nodes)

    async def leave(self, room: str) -> None:
        """Nobody of a room is in this process any more: what crosses goes on, others see to it."""
        if cascade := self._cascades.pop(room, None):
            await cascade.close()

    def hear(self, address: str, event: Event) -> None:
        """What a node says, or that it came or went."""
        match event:
            case Spread(room=room):
                if cascade := self._cascades.get(room):
                    cascade.hear(address, event)
            case NodeFound():
                for cascade in self._cascades.values():
                    cascade.found(address)
            case NodeLost():
                for cascade in self._cascades.values():
                    cascade.lost(address)
            case _:
                pass
