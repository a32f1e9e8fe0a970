"""Calendars to subscribe to: iCalendar (RFC 5545) by an address that can be revoked, for phones and Outlook."""
