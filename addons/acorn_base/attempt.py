"""The one place where any failure is caught: one bad document stops no other."""

import logging
import traceback
from dataclasses import dataclass

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError

from .channel import AccountProblem, Refused, RetryLater
from .vault import VaultError

_logger = logging.getLogger(__name__)

# What work of other lanes at the same rows causes: roll back, and go on another time.
CROSSED = (OperationalError, UniqueViolation)


@dataclass(frozen=True)
class Failure:
    """Why a piece of work did not succeed, and so who must act."""

    error: Exception
    trace: str = ""  # set for bugs only

    @property
    def retry(self):
        """The ``RetryLater`` when nobody must act."""
        return self.error if isinstance(self.error, RetryLater) else None

    @property
    def account(self):
        """Whether nothing of the shop goes on until someone has acted."""
        if isinstance(self.error, AccountProblem):
            return not self.error.stream_only
        return isinstance(self.error, VaultError)

    @property
    def text(self):
        return str(self.error) or type(self.error).__name__


def attempt(env, work):
    """Run ``work()`` in a savepoint; return its ``Failure``, or None when it succeeds.

    What PostgreSQL asks to be tried again (serialization failures, deadlocks, a lost
    connection) is not a failure of the document: it is raised for the caller, who
    rolls back and goes on.
    """
    try:
        with env.cr.savepoint():
            work()
    except OperationalError:
        raise
    except UniqueViolation as error:
        # Most likely another lane has just made the same record, which this
        # transaction cannot see yet.
        detail = error.diag.message_detail
        return Failure(RetryLater(f"Made elsewhere meanwhile: {detail}", seconds=5))
    except (RetryLater, AccountProblem, Refused, UserError, VaultError) as error:
        return Failure(error)
    except Exception as error:
        _logger.exception("Acorn met a bug and set the document aside")
        return Failure(error, traceback.format_exc())
    return None


def halving(env, records, work):
    """Do ``work(records)`` for all at once, or find those with which it fails.

    The others are done nevertheless: a batch that fails is split until what fails is
    alone.

    :return: list of (``Failure``, record)
    """
    if not records:
        return []
    failure = attempt(env, lambda: work(records))
    if not failure:
        return []
    env.invalidate_all()
    if len(records) == 1:
        return [(failure, records)]
    half = len(records) // 2
    return halving(env, records[:half], work) + halving(env, records[half:], work)
