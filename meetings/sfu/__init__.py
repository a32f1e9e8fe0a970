"""The media engine: forwards RTP, never decodes it. Plain Python: no Django, no Channels, no settings."""
