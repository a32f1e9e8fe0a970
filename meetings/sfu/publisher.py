"""A peer's ``send`` connection: the sources that it carries."""

from __future__ import annotations

from collections.abc import Callable

from meetings.sfu.connection import Connection, Switchboard
from meetings.sfu.messages import Kind, Source
from meetings.sfu.offer import TRANSPORT_NUMBER, Offer, Section
from meetings.sfu.packet_path import Extensions, StreamTable
from meetings.sfu.sdp import AUDIO_LEVEL, MID, REPAIRED_RID, RID
from meetings.sfu.track import Layer, Track

BITRATE_LIMIT = 3_000_000
"""Bits per second told by REMB to browsers that know no transport-wide feedback."""


def extensions_of(offer: Offer) -> Extensions:
    """The ids of what the packets of a send offer carry."""
    ids: dict[str, int] = {}
    for section in offer.sections:
        ids = section.extensions | ids
    return Extensions(
        mid=ids.get(MID, 0),
        rid=ids.get(RID, 0),
        repaired_rid=ids.get(REPAIRED_RID, 0),
        transport_number=ids.get(TRANSPORT_NUMBER, 0),
    )


class Publisher:
    """Tracks of one connection; ``on_connected`` and ``on_lost`` tell the room."""

    def __init__(
        self,
        connection: Connection,
        switchboard: Switchboard,
        peer: str,
        offer: Offer,
        kinds: dict[int, Kind],
        on_connected: Callable[[Publisher], None],
        on_lost: Callable[[Publisher, str], None],
    ) -> None:
        self.connection = connection
        self.tracks: list[Track] = []
        self._switchboard = switchboard
        for section in offer.sections:
            self._add(section, Source(peer=peer, kind=kinds[section.index]))
        switchboard.path.limit_peer(connection.name, BITRATE_LIMIT)
        connection.on_connected = lambda: on_connected(self)
        connection.on_lost = lambda reason: self._lost(reason, on_lost)

    def _add(self, section: Section, source: Source) -> None:
        layers = [Layer(self._switchboard.name(), rid) for rid in section.rids or ("",)]
        track = Track(source, layers, section.codec.kind)
        for layer in layers:
            self._switchboard.path.add_stream(self._table(section, layer))
            self._switchboard.streams[layer.stream] = track.heard
        self.tracks.append(track)

    def _table(self, section: Section, layer: Layer) -> StreamTable:
        codec = section.codec
        return StreamTable(
            stream=layer.stream,
            peer=self.connection.name,
            codec=codec.kind,
            payload_type=codec.payload_type,
            clock_rate=codec.clock_rate,
            ssrc=section.ssrcs[0] if section.ssrcs else 0,
            rtx_ssrc=section.ssrcs[1] if len(section.ssrcs) > 1 else 0,
            rtx_payload_type=codec.rtx,
            level_extension=section.extensions.get(AUDIO_LEVEL, 0),
            mid=section.mid,
            rid=layer.rid,
        )

    def _lost(self, reason: str, on_lost: Callable[[Publisher, str], None]) -> None:
        self.close()
        on_lost(self, reason)

    def close(self) -> None:
        """End the connection and its tracks."""
        self.connection.close()
        for track in self.tracks:
            for layer in track.layers:
                self._switchboard.streams.pop(layer.stream, None)
            track.close()
