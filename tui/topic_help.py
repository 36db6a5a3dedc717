"""Long help topics: what is no matter of one command."""

from __future__ import annotations

TOPICS = ("addresses", "environment", "exit-codes", "security")

SECURITY = """\
prontodb is a local tool. File permissions are the boundary: whoever may read a database file may
read what is in it. Users, metas, locks and secrets prevent mistakes; they do not stop somebody
who sets the environment or opens the file with another program. Nothing is encrypted, and there
is no password but the one you set in PRONTO_ADMIN_PASS.

Files
  Databases, their locks, cursors, backups and spool files are 0600, directories made by prontodb
  0700. What exists keeps its mode. A .prontodb directory that others own or may write to is
  passed over. No name that becomes part of a path may hold / \\ NUL or two dots in a row.

Users
  --user alice, or PRONTO_USER, works in a database of its own, main_alice.db, with cursors of its
  own. A database named by --database or a cursor is shared by whoever names it.

Metas
  The outermost layer of every address: --meta, PRONTO_META, the cursor's, or the first of four
  parts. Under a meta only its own entries, caches, pipes and history exist; without one, only
  those without. It is never part of another name: -p, --ns-delim, cursor names and streams cannot
  spell it. backup, restore and nuclear-clean work on whole files, all metas included; who is locked
  into a meta may back up and restore only databases that hold no other.

Locks
  PRONTO_FORCE_USER=alice        another --user, or sec:user in a stream, is refused
  PRONTO_FORCE_META=org          another --meta, cursor's meta or four-part address is refused
  PRONTO_SECURITY_MODE=strict    needs PRONTO_FORCE_USER; the meta is locked too, to that user
                                 unless PRONTO_FORCE_META says otherwise; only databases named
                                 alice.db or *_alice.db, links followed; no --raw, no nuclear-clean
  PANTHEON_SECURITY_MODE=strict  the same
  PANTHEON_ACTIVE_KIN=keeper     pantheon serves keeper only
  A lock with a bad name refuses every command but help and version.

Secrets
  set --secret marks an entry for good; its copies are secret too. admin secret marks a namespace:
  what is in it and what comes. Values are masked in lists and in the browser and left out of
  streams, old values are not kept, exports need --include-secrets, and only get prints them. No
  message, warning or report holds a stored value, only stream --verbose does. Before a rejected
  stream is kept, the values of its sec: tokens are replaced by ***.

Streams
  With PRONTO_SECURITY=true, or security.required=true, a stream must begin with sec:pass and
  sec:user=admin; the password is that of PRONTO_ADMIN_PASS. Without one, every stream is refused.

Terminals
  Stored text is hostile: on a terminal control characters are visible marks; to a pipe the bytes
  are exact."""
