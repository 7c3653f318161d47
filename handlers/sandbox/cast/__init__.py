"""The cast: plays people of the workspace over HTTP, for tests, tour and kill script."""

from handlers.sandbox.cast.cast import Cast, Clock, NotPossible
from handlers.sandbox.cast.player import NoAnswer, Player, Unheard
from handlers.sandbox.cast.screen import ScreenMessage, View

__all__ = ["Cast", "Clock", "NoAnswer", "NotPossible", "Player", "ScreenMessage", "Unheard", "View"]
