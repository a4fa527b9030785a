"""What PostgreSQL itself refuses, whoever writes: triggers on every table of the ledger.

An event is the one row that can be inserted; its trigger writes the rows of its effect and then
checks them. The other tables take rows only from within that trigger (``pg_trigger_depth``).
"""

from __future__ import annotations

from dualcarbon.ledger.chain import PER_EVENT
from dualcarbon.ledger.schema import ENDS, ROWS, TERMINAL, WRITER


def _value(part: str, position: int) -> str:
    table, columns = ROWS[part]
    text = str(table.c[columns[position]].type) == "TEXT"
    return f"(r->>{position})" + ("" if text else "::bigint")


def _insert(part: str) -> str:
    """Write the rows of one part of an effect."""
    table, columns = ROWS[part]
    names = [*columns, WRITER.get(part, "event")]
    values = [_value(part, k) for k in range(len(columns))] + ["NEW.seq"]
    source = f"jsonb_array_elements(e->'{part}') r"
    if part == "slice":
        names += ["kind", "due"]
        values += ["i.kind", "i.due"]
        source += f" JOIN issue i ON i.event = {_value('slice', columns.index('issue'))}"
    return (
        f"IF e ? '{part}' THEN INSERT INTO {table.name} ({', '.join(names)}) "
        f"SELECT {', '.join(values)} FROM {source}; GET DIAGNOSTICS v_n = ROW_COUNT; "
        f"IF v_n <> jsonb_array_length(e->'{part}') THEN "
        f"RAISE EXCEPTION 'StateError: rows of {part} that cannot be written'; END IF; END IF;"
    )


def _end(part: str) -> str:
    """End the rows that one part of an effect lists, and check that all of them were there."""
    table, column = ENDS[part]
    key = next(iter(table.primary_key)).name
    return (
        f"IF e ? '{part}' THEN UPDATE {table.name} SET {column} = NEW.seq WHERE {key} = ANY "
        f"(ARRAY(SELECT x::bigint FROM jsonb_array_elements_text(e->'{part}') x)); "
        f"GET DIAGNOSTICS v_n = ROW_COUNT; IF v_n <> jsonb_array_length(e->'{part}') THEN "
        f"RAISE EXCEPTION 'StateError: {part} names a row that is not there'; END IF; END IF;"
    )


def _function(name: str, body: str, declare: str = "") -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n{declare}BEGIN\n"
        f"{body}\nEND $guard$"
    )


def _trigger(name: str, when: str, table: str, function: str, each: str = "ROW") -> str:
    return f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"


def _refuse(message: str, where: str) -> str:
    return f"  IF {where} THEN RAISE EXCEPTION '{message}'; END IF;"


IN_EVENT = f"BETWEEN NEW.seq * {PER_EVENT} AND NEW.seq * {PER_EVENT} + {PER_EVENT - 1}"
OVERLAP = "EXISTS (SELECT 1 FROM (SELECT {hi} AS h FROM {table} WHERE {same} AND {lo} < NEW.{hi} "
OVERLAP += "ORDER BY {lo} DESC LIMIT 1) o WHERE h > NEW.{lo})"
CONSERVED = f"""EXISTS (
    SELECT 1 FROM (
      SELECT issue, hi - lo AS n FROM slice WHERE id {IN_EVENT}
      UNION ALL
      SELECT issue, lo - hi FROM slice
        WHERE id = ANY (ARRAY(SELECT x::bigint FROM jsonb_array_elements_text(e->'close') x))
      UNION ALL
      SELECT event, -size FROM issue WHERE event = NEW.seq
    ) u GROUP BY issue HAVING SUM(n) <> 0)"""
UNCLAIMED = """EXISTS (
    SELECT 1 FROM issue i WHERE i.event = NEW.seq AND i.converted = 0 AND NOT EXISTS (
      SELECT 1 FROM claim c WHERE c.event = NEW.seq AND c.evidence = i.evidence
        AND c.slot LIKE '%:issued%' AND c.lo <= i.elo AND c.hi >= i.ehi))"""
UNMATCHED = f"""EXISTS (
    SELECT 1 FROM minted m WHERE m.event = NEW.seq AND NEW.verb = 'convert' AND (
      m.burned <> (SELECT COALESCE(SUM(hi - lo), 0) FROM slice
                   WHERE id {IN_EVENT} AND state = 'converted')
      OR (SELECT SUM(q.minted) FROM minted q WHERE q.event = NEW.seq)
         <> COALESCE((SELECT size FROM issue WHERE event = NEW.seq), 0)))
    OR (NEW.verb = 'convert' AND EXISTS (SELECT 1 FROM issue WHERE event = NEW.seq)
        AND NOT EXISTS (SELECT 1 FROM minted WHERE event = NEW.seq))
    OR EXISTS (SELECT 1 FROM issue WHERE event = NEW.seq
               AND (converted = 1) <> (NEW.verb = 'convert'))"""

BEFORE = """
  SELECT seq, hash INTO v_s, v_h FROM event ORDER BY seq DESC LIMIT 1;
  IF v_s IS NULL THEN
    v_s := 0;
    SELECT value INTO v_h FROM settings WHERE name = 'genesis';
  END IF;
  IF NEW.seq <> v_s + 1 THEN
    RAISE EXCEPTION 'StateError: an event follows the last one without a gap'; END IF;
  IF NEW.prev <> v_h THEN
    RAISE EXCEPTION 'StateError: prev is not the hash of the event before'; END IF;
  IF EXISTS (SELECT 1 FROM event WHERE key = NEW.key) THEN
    RAISE EXCEPTION 'KeyReused: the key belongs to another event'; END IF;
  IF NEW.hash <> encode(sha256(convert_to(concat_ws(E'\\n', NEW.prev, NEW.seq, NEW.verb, NEW.key,
      NEW.actor, NEW.recorded, NEW.effective, NEW.body, NEW.effect), 'UTF8')), 'hex') THEN
    RAISE EXCEPTION 'StateError: the hash is not that of the event'; END IF;
  RETURN NEW;"""


def _after() -> str:
    sources = " ".join(_insert(p) for p in ("account", "activity", "report", "issue", "verified"))
    lines = [
        "  IF NEW.verb IN ('register', 'report', 'verify', 'correct', 'issue', 'convert') THEN",
        f"  {_end('unverify')} {sources}",
        "  END IF;",
        _end("close"),
        _insert("slice"),
        "  IF e ?| ARRAY['close', 'slice', 'issue'] THEN",
        _refuse("StateError: units are not conserved", CONSERVED),
        "  END IF;",
        _end("release"),
        _insert("claim"),
        "  IF NEW.verb IN ('issue', 'correct', 'withdraw', 'convert', 'reverse') THEN",
        f"  {_insert('minted')} {_insert('debt')}",
        _refuse("ClaimTaken: an issue without a claim on its evidence", UNCLAIMED),
        _refuse("RuleError: what is minted is not what was burned", UNMATCHED),
        "  END IF;",
        "  RETURN NULL;",
    ]
    return "\n".join(lines)


def _checks() -> dict[str, list[str]]:
    """What each table asks of a new row."""
    need = "verified v WHERE v.evidence = NEW.evidence AND v.closed IS NULL"
    hours = "EXTRACT(EPOCH FROM NEW.last::timestamptz - NEW.first::timestamptz)"
    capacity = "(SELECT capacity FROM activity WHERE id = NEW.activity)"
    account = "NOT EXISTS (SELECT 1 FROM account WHERE id = NEW.{})"
    terminal = ", ".join(f"'{state}'" for state in ("claimed", "surrendered", "converted"))
    return {
        "account": [
            _refuse("SerialTaken: the account is registered already",
                    "EXISTS (SELECT 1 FROM account WHERE id = NEW.id)"),
        ],
        "activity": [
            _refuse("SerialTaken: the activity is registered already",
                    "EXISTS (SELECT 1 FROM activity WHERE id = NEW.id)"),
            _refuse("ClaimTaken: the meter belongs to another activity",
                    "EXISTS (SELECT 1 FROM activity WHERE meter = NEW.meter)"),
            _refuse("StateError: no such account", account.format("owner")),
        ],
        "report": [
            _refuse("StateError: no such activity",
                    "NOT EXISTS (SELECT 1 FROM activity WHERE id = NEW.activity)"),
        ],
        "verified": [
            _refuse("StateError: no such report",
                    "NOT EXISTS (SELECT 1 FROM report WHERE event = NEW.report)"),
            _refuse(
                "ClaimTaken: another verified report covers the same time",
                OVERLAP.format(table="verified", lo="first", hi="last",
                               same="activity = NEW.activity AND closed IS NULL"),
            ),
            _refuse("RuleError: more than the capacity can make in that time",
                    f"NEW.quantity::numeric * 3600 > {capacity}::numeric * {hours}"),
        ],
        "issue": [
            _refuse("StateError: no verified report covers the issue",
                    "NEW.converted = 0 AND NEW.kind IN ('green', 'ccer', 'white') AND NOT EXISTS "
                    f"(SELECT 1 FROM {need} AND NEW.ehi <= v.quantity)"),
        ],
        "slice": [
            _refuse("StateError: the number of a lot is not of its event",
                    f"NEW.id / {PER_EVENT} <> NEW.opened OR NEW.closed IS NOT NULL"),
            _refuse("StateError: no such account", account.format("account")),
            "  SELECT size, converted INTO v_size, v_converted FROM issue WHERE event = NEW.issue;",
            _refuse("SerialTaken: beyond the serials of the issue", "NEW.hi > v_size"),
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
                    "NEW.state = 'converted' AND v_converted <> 0"),
        ],
        "claim": [
            _refuse("ClaimTaken: a claim is new when it is written", "NEW.released IS NOT NULL"),
            _refuse(
                "ClaimTaken: the same evidence is claimed already",
                OVERLAP.format(table="claim", lo="lo", hi="hi",
                               same="evidence = NEW.evidence AND slot = NEW.slot "
                                    "AND released IS NULL"),
            ),
        ],
        "minted": [
            _refuse("RuleError: dust does not follow from the dust before",
                    "NEW.before <> COALESCE((SELECT after FROM minted WHERE rule = NEW.rule AND "
                    "part = NEW.part AND account = NEW.account ORDER BY event DESC LIMIT 1), 0)"),
            _refuse("RuleError: minted and dust are not what was burned at the rate",
                    "NEW.minted::numeric * NEW.den + NEW.after "
                    "<> NEW.burned::numeric * NEW.num + NEW.before"),
        ],
        "debt": [_refuse("StateError: no such account", account.format("account"))],
    }  # fmt: skip


def _ended(part: str) -> str:
    table, column = ENDS[part]
    same = [c.name for c in table.columns if c.name != column]
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in same)
    own = f"pg_trigger_depth() < 2 OR NEW.{column} IS NULL"
    own += f" OR NEW.{column} <> (SELECT MAX(seq) FROM event)"
    lines = [
        _refuse(f"StateError: rows of {table.name} are never changed", changed),
        _refuse(f"StateError: {part} of a row that has ended", f"OLD.{column} IS NOT NULL"),
        _refuse(f"StateError: rows of {table.name} are ended by an event alone", own),
    ]
    if part == "close":
        states = ", ".join(f"'{state}'" for state in TERMINAL)
        lines.append(
            _refuse("StateError: units that have been used are not used again",
                    f"OLD.state IN ({states}) AND "
                    "(SELECT verb FROM event WHERE seq = NEW.closed) <> 'reverse'")
        )  # fmt: skip
    return "\n".join([*lines, "  RETURN NEW;"])


def statements() -> list[str]:
    """All functions and triggers, in the order in which they are made."""
    found = [
        _function("ledger_event_before", BEFORE, "DECLARE v_s bigint; v_h text;\n"),
        _trigger("event_before", "BEFORE INSERT", "event", "ledger_event_before"),
        _function("ledger_event_after", _after(), "DECLARE e jsonb := NEW.effect; v_n bigint;\n"),
        _trigger("event_after", "AFTER INSERT", "event", "ledger_event_after"),
        _function(
            "ledger_frozen",
            "  RAISE EXCEPTION 'StateError: rows of % are never changed', TG_TABLE_NAME;",
        ),
    ]
    for table, checks in _checks().items():
        writer = WRITER.get(table, "event")
        own = _refuse(
            f"StateError: rows of {table} are written by an event alone",
            f"pg_trigger_depth() < 2 OR NEW.{writer} <> (SELECT MAX(seq) FROM event)",
        )
        body = "\n".join([own, *checks, "  RETURN NEW;"])
        found.append(
            _function(f"ledger_{table}_new", body, "DECLARE v_size bigint; v_converted bigint;\n")
        )
        found.append(_trigger(f"{table}_new", "BEFORE INSERT", table, f"ledger_{table}_new"))
    ending = {table.name: part for part, (table, _) in ENDS.items()}
    for table in ["event", "settings", *(table.name for table, _ in ROWS.values())]:
        found.append(_trigger(f"{table}_kept", "BEFORE DELETE", table, "ledger_frozen"))
        found.append(
            _trigger(f"{table}_whole", "BEFORE TRUNCATE", table, "ledger_frozen", "STATEMENT")
        )
        if table in ending:
            found.append(_function(f"ledger_{table}_ended", _ended(ending[table])))
            function = f"ledger_{table}_ended"
        else:
            function = "ledger_frozen"
        found.append(_trigger(f"{table}_fixed", "BEFORE UPDATE", table, function))
    found.append(_trigger("settings_new", "BEFORE INSERT", "settings", "ledger_frozen"))
    return found
