"""Every message of the meeting room's WebSocket, both ways (docs/protocol.md).

The browser sends intents in the imperative (``requests``), the server tells what happened in the past
tense (``events``). Both unions are discriminated by ``type``; unknown types and unknown fields are refused.

Words: a *site* is one picture and one voice of the meeting (``MeetingSite.pk``); a *slot* is one of
``meetings.sfu.messages.SLOTS``; times are ISO 8601 UTC.
"""
