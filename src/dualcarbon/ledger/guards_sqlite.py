"""What SQLite itself refuses, whoever writes: triggers on every table of the ledger.

An event is the one row that can be inserted; its trigger writes the rows of its effect and then
checks them. While it runs, ``writing.seq`` is its number, and only then do the other tables take
rows.
"""

from __future__ import annotations

from itertools import groupby

from dualcarbon.ledger.chain import PER_EVENT
from dualcarbon.ledger.schema import ENDS, ROWS, TERMINAL, WRITER

FUNCTION = "ledger_digest"


def _refuse(message: str, where: str) -> str:
    """A refusal; those that follow one another in a trigger become one statement."""
    return f"WHEN {where} THEN RAISE(ABORT, '{message}')"


def _trigger(name: str, when: str, *body: str) -> str:
    parts = []
    for refusals, found in groupby(body, key=lambda part: part.startswith("WHEN ")):
        group = list(found)
        parts += [f"SELECT CASE {' '.join(group)} END;"] if refusals else group
    lines = "\n  ".join(parts)
    return f"CREATE TRIGGER {name} {when} BEGIN\n  {lines}\nEND"


def _value(position: int) -> str:
    return f"json_extract(r.value, '$[{position}]')"


def _insert(part: str) -> str:
    """Write the rows of one part of an effect."""
    table, columns = ROWS[part]
    names = [*columns, WRITER.get(part, "event")]
    values = [_value(k) for k in range(len(columns))] + ["NEW.seq"]
    source = f"json_each(NEW.effect, '$.{part}') r"
    if part == "slice":
        names += ["kind", "due"]
        values += ["i.kind", "i.due"]
        source += f" CROSS JOIN issue i ON i.event = {_value(columns.index('issue'))}"
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} FROM {source};"
    )


def _end(part: str) -> tuple[str, str]:
    """End the rows that one part of an effect lists, and check that all of them were there."""
    table, column = ENDS[part]
    key = next(iter(table.primary_key)).name
    listed = f"(SELECT value FROM json_each(NEW.effect, '$.{part}'))"
    return (
        f"UPDATE {table.name} SET {column} = NEW.seq WHERE {key} IN {listed};",
        _refuse(f"StateError: {part} names a row that is not there", _all_but(part)),
    )


def _all_but(part: str) -> str:
    """Whether the last statement wrote other than all rows of a part."""
    return f"changes() <> COALESCE(json_array_length(NEW.effect, '$.{part}'), 0)"


def _own(table: str, writer: str) -> str:
    return _refuse(
        f"StateError: rows of {table} are written by an event alone",
        f"NEW.{writer} IS NOT (SELECT seq FROM writing) "
        f"OR NOT EXISTS (SELECT 1 FROM event WHERE seq = NEW.{writer})",
    )


def _missing(table: str, column: str, key: str, what: str) -> str:
    return _refuse(
        f"StateError: no such {what}",
        f"NOT EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{column})",
    )


def _taken(table: str, key: str, error: str) -> str:
    return _refuse(error, f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})")


IN_EVENT = f"BETWEEN NEW.seq * {PER_EVENT} AND NEW.seq * {PER_EVENT} + {PER_EVENT - 1}"
OVERLAP = "EXISTS (SELECT 1 FROM (SELECT {hi} AS h FROM {table} WHERE {same} AND {lo} < NEW.{hi} "
OVERLAP += "ORDER BY {lo} DESC LIMIT 1) WHERE h > NEW.{lo})"
CONSERVED = f"""EXISTS (
    SELECT 1 FROM (
      SELECT issue, hi - lo AS n FROM slice WHERE id {IN_EVENT}
      UNION ALL
      SELECT issue, lo - hi FROM slice
        WHERE id IN (SELECT value FROM json_each(NEW.effect, '$.close'))
      UNION ALL
      SELECT event, -size FROM issue WHERE event = NEW.seq
    ) GROUP BY issue HAVING SUM(n) <> 0)"""


def _before_event() -> str:
    digest = f"{FUNCTION}(NEW.prev, NEW.seq, NEW.verb, NEW.key, NEW.actor, NEW.recorded, "
    digest += "NEW.effective, NEW.body, NEW.effect)"
    head = "COALESCE((SELECT hash FROM event ORDER BY seq DESC LIMIT 1), "
    head += "(SELECT value FROM settings WHERE name = 'genesis'))"
    return _trigger(
        "event_before", "BEFORE INSERT ON event",
        _refuse("StateError: an event follows the last one without a gap",
                "NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM event)"),
        _refuse("StateError: prev is not the hash of the event before", f"NEW.prev <> {head}"),
        _refuse("KeyReused: the key belongs to another event",
                "EXISTS (SELECT 1 FROM event WHERE key = NEW.key)"),
        _refuse("StateError: the hash is not that of the event", f"NEW.hash <> {digest}"),
        "UPDATE writing SET seq = NEW.seq;",
    )  # fmt: skip


def _after_event() -> list[str]:
    """Write the rows of the effect, sources first, and check what they must hold together.

    A verb that moves units alone has a trigger of its own, which asks for nothing else.
    """
    sources = ("account", "activity", "report", "issue", "verified")
    lots = _refuse("StateError: a lot of no issue", _all_but("slice"))
    kept = _refuse("StateError: units are not conserved", CONSERVED)
    units = [*_end("close"), _insert("slice"), lots, kept, _insert("claim")]
    done = "UPDATE writing SET seq = NULL;"
    return [
        _trigger("event_moves", f"AFTER INSERT ON event WHEN NEW.verb IN {MOVES}", *units, done),
        _trigger(
            "event_makes", f"AFTER INSERT ON event WHEN NEW.verb NOT IN {MOVES}",
            *_end("unverify"),
            *map(_insert, (*sources,)),
            *units,
            *_end("release"),
            _insert("minted"),
            _insert("debt"),
            _refuse("ClaimTaken: an issue without a claim on its evidence", UNCLAIMED),
            _refuse("RuleError: what is minted is not what was burned", UNMATCHED),
            done,
        ),
    ]  # fmt: skip


MOVES = "('transfer', 'reserve', 'split', 'merge', 'claim', 'surrender', 'cancel', 'expire')"
UNCLAIMED = """EXISTS (
    SELECT 1 FROM issue i WHERE i.event = NEW.seq AND i.converted = 0 AND NOT EXISTS (
      SELECT 1 FROM claim c WHERE c.event = NEW.seq AND c.evidence = i.evidence
        AND c.slot LIKE '%:issued%' AND c.lo <= i.elo AND c.hi >= i.ehi))"""
UNMATCHED = f"""EXISTS (
    SELECT 1 FROM minted m WHERE m.event = NEW.seq AND NEW.verb = 'convert' AND (
      m.burned <> (SELECT COALESCE(SUM(hi - lo), 0) FROM slice
                   WHERE id {IN_EVENT} AND state = 'converted')
      OR (SELECT SUM(minted) FROM minted WHERE event = NEW.seq)
         <> COALESCE((SELECT size FROM issue WHERE event = NEW.seq), 0)))
    OR (NEW.verb IN ('convert') AND EXISTS (SELECT 1 FROM issue WHERE event = NEW.seq)
        AND NOT EXISTS (SELECT 1 FROM minted WHERE event = NEW.seq))
    OR EXISTS (SELECT 1 FROM issue WHERE event = NEW.seq
               AND converted <> (NEW.verb = 'convert'))"""


def _checks() -> list[str]:
    """What each table asks of a new row."""
    need = "verified v WHERE v.evidence = NEW.evidence AND v.closed IS NULL"
    hours = "(strftime('%s', NEW.last) - strftime('%s', NEW.first))"
    capacity = "(SELECT capacity FROM activity WHERE id = NEW.activity)"
    terminal = ", ".join(f"'{state}'" for state in ("claimed", "surrendered", "converted"))
    checks = {
        "account": [_taken("account", "id", "SerialTaken: the account is registered already")],
        "activity": [
            _taken("activity", "id", "SerialTaken: the activity is registered already"),
            _taken("activity", "meter", "ClaimTaken: the meter belongs to another activity"),
            _missing("account", "owner", "id", "account"),
        ],
        "report": [
            _missing("activity", "activity", "id", "activity"),
            _taken("report", "event", "StateError: a report of that number is there"),
        ],
        "verified": [
            _missing("report", "report", "event", "report"),
            _taken("verified", "event", "StateError: a verified report of that number is there"),
            _refuse(
                "ClaimTaken: another verified report covers the same time",
                OVERLAP.format(table="verified", lo="first", hi="last",
                               same="activity = NEW.activity AND closed IS NULL"),
            ),
            _refuse("RuleError: more than the capacity can make in that time",
                    f"NEW.quantity * 3600 > {capacity} * {hours}"),
        ],
        "issue": [
            _taken("issue", "event", "SerialTaken: an issue of that number is there"),
            _refuse("StateError: no verified report covers the issue",
                    "NEW.converted = 0 AND NEW.kind IN ('green', 'ccer', 'white') AND NOT EXISTS "
                    f"(SELECT 1 FROM {need} AND NEW.ehi <= v.quantity)"),
        ],
        "slice": [
            _taken("slice", "id", "SerialTaken: a lot of that number is there"),
            _refuse("StateError: the number of a lot is not of its event",
                    f"NEW.id / {PER_EVENT} <> NEW.opened OR NEW.closed IS NOT NULL"),
            _missing("account", "account", "id", "account"),
            _refuse("SerialTaken: beyond the serials of the issue",
                    "NEW.hi > (SELECT size FROM issue WHERE event = NEW.issue)"),
            _refuse(
                "SerialTaken: the serials overlap with others",
                OVERLAP.format(table="slice", lo="lo", hi="hi",
                               same="issue = NEW.issue AND closed IS NULL"),
            ),
            _refuse("StateError: the units are past their life",
                    f"NEW.state IN ({terminal}) AND NEW.since > NEW.due"),
            _refuse("StateError: the units are not past their life",
                    "NEW.state = 'expired' AND NEW.since <= NEW.due"),
            _refuse("RuleError: units are converted once in their life",
                    "NEW.state = 'converted' AND "
                    "(SELECT converted FROM issue WHERE event = NEW.issue) <> 0"),
        ],
        "claim": [
            _taken("claim", "id", "ClaimTaken: a claim of that number is there"),
            _refuse("ClaimTaken: a claim is new when it is written", "NEW.released IS NOT NULL"),
            _refuse(
                "ClaimTaken: the same evidence is claimed already",
                OVERLAP.format(table="claim", lo="lo", hi="hi",
                               same="evidence = NEW.evidence AND slot = NEW.slot "
                                    "AND released IS NULL"),
            ),
        ],
        "minted": [
            _refuse("RuleError: minted twice",
                    "EXISTS (SELECT 1 FROM minted WHERE event = NEW.event AND part = NEW.part)"),
            _refuse("RuleError: dust does not follow from the dust before",
                    "NEW.before <> COALESCE((SELECT after FROM minted WHERE rule = NEW.rule AND "
                    "part = NEW.part AND account = NEW.account ORDER BY event DESC LIMIT 1), 0)"),
            _refuse("RuleError: minted and dust are not what was burned at the rate",
                    "NEW.minted * NEW.den + NEW.after <> NEW.burned * NEW.num + NEW.before "
                    "OR typeof(NEW.burned * NEW.num + NEW.before) <> 'integer'"),
        ],
        "debt": [_missing("account", "account", "id", "account")],
    }  # fmt: skip
    return [
        _trigger(f"{table}_new", f"BEFORE INSERT ON {table}",
                 _own(table, WRITER.get(table, "event")), *found)
        for table, found in checks.items()
    ]  # fmt: skip


def _frozen() -> list[str]:
    """Nothing is deleted, and nothing changed but what ends a row, once, by an event."""
    found = []
    ending = {table.name: column for table, column in ENDS.values()}
    for table in ["event", "settings", *(table.name for table, _ in ROWS.values())]:
        refuse = f"SELECT RAISE(ABORT, 'StateError: rows of {table} are never deleted');"
        found.append(_trigger(f"{table}_kept", f"BEFORE DELETE ON {table}", refuse))
        if table not in ending:
            refuse = f"SELECT RAISE(ABORT, 'StateError: rows of {table} are never changed');"
            found.append(_trigger(f"{table}_fixed", f"BEFORE UPDATE ON {table}", refuse))
    for part, (ended, column) in ENDS.items():
        name = ended.name
        same = [c.name for c in ended.columns if c.name != column]
        changed = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in same)
        rules = [
            _refuse(f"StateError: rows of {name} are never changed", changed),
            _refuse(f"StateError: {part} of a row that has ended", f"OLD.{column} IS NOT NULL"),
            _own(name, column),
        ]
        if name == "slice":
            states = ", ".join(f"'{state}'" for state in TERMINAL)
            verb = "(SELECT verb FROM event WHERE seq = NEW.closed)"
            rules.append(
                _refuse("StateError: units that have been used are not used again",
                        f"OLD.state IN ({states}) AND {verb} <> 'reverse'")
            )  # fmt: skip
        found.append(_trigger(f"{name}_ended", f"BEFORE UPDATE ON {name}", *rules))
    found += [
        _trigger("settings_new", "BEFORE INSERT ON settings",
                 "SELECT RAISE(ABORT, 'StateError: settings are never changed');"),
        _trigger("writing_kept", "BEFORE DELETE ON writing",
                 "SELECT RAISE(ABORT, 'StateError: rows of writing are never deleted');"),
        _trigger("writing_one", "BEFORE INSERT ON writing",
                 "SELECT RAISE(ABORT, 'StateError: writing has one row');"),
        _trigger("writing_next", "BEFORE UPDATE ON writing",
                 _refuse("StateError: no event is being written",
                         "NEW.seq IS NOT NULL AND "
                         "EXISTS (SELECT 1 FROM event WHERE seq >= NEW.seq)")),
    ]  # fmt: skip
    return found


WRITING = ("CREATE TABLE writing (seq INTEGER) STRICT", "INSERT INTO writing VALUES (NULL)")


def statements() -> list[str]:
    """All triggers."""
    return [_before_event(), *_after_event(), *_checks(), *_frozen()]
