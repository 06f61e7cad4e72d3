CREATE TABLE ledger (
    id         INTEGER PRIMARY KEY,
    call       TEXT    NOT NULL UNIQUE,
    user_id    INTEGER NOT NULL,
    chat_id    INTEGER NOT NULL,
    topic_id   INTEGER NOT NULL,
    turn_id    INTEGER NOT NULL,
    purpose    TEXT    NOT NULL,
    model      TEXT    NOT NULL,
    response_id TEXT   NOT NULL DEFAULT '',
    state      TEXT    NOT NULL CHECK (state IN ('reserved', 'settled', 'released', 'unknown')),
    reserved_microdollars INTEGER NOT NULL,
    cost_microdollars     INTEGER,
    usage      TEXT    NOT NULL DEFAULT '{}',
    prices     TEXT    NOT NULL DEFAULT '{}',
    created_ms INTEGER NOT NULL
);
CREATE INDEX ledger_of_user ON ledger (user_id, created_ms);
CREATE INDEX ledger_of_chat ON ledger (chat_id, created_ms);
CREATE INDEX ledger_by_time ON ledger (created_ms);
CREATE INDEX ledger_of_turn ON ledger (turn_id);
CREATE INDEX ledger_of_response ON ledger (response_id) WHERE response_id <> '';
CREATE INDEX ledger_open ON ledger (id) WHERE state = 'reserved';

CREATE TABLE spent (
    account      TEXT    NOT NULL,
    quarter      INTEGER NOT NULL,
    microdollars INTEGER NOT NULL,
    PRIMARY KEY (account, quarter)
) WITHOUT ROWID;

CREATE TABLE budgets (
    account      TEXT NOT NULL,
    period       TEXT NOT NULL CHECK (period IN ('day', 'month')),
    microdollars INTEGER,
    PRIMARY KEY (account, period)
) WITHOUT ROWID;

CREATE TABLE budget_warnings (
    account  TEXT    NOT NULL,
    period   TEXT    NOT NULL,
    began_ms INTEGER NOT NULL,
    percent  INTEGER NOT NULL,
    PRIMARY KEY (account, period, began_ms, percent)
) WITHOUT ROWID;
