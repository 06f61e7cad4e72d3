CREATE TABLE failures (
    id        TEXT    PRIMARY KEY,
    happened_ms INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    detail    TEXT    NOT NULL,
    turn_id   INTEGER NOT NULL DEFAULT 0,
    model     TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX failures_age ON failures (happened_ms);

CREATE TABLE broadcasts (
    id         INTEGER PRIMARY KEY,
    admin_id   INTEGER NOT NULL,
    words      TEXT    NOT NULL,
    state      TEXT    NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'sending', 'done', 'dropped')),
    created_ms INTEGER NOT NULL
);
CREATE INDEX broadcasts_unfinished ON broadcasts (id) WHERE state = 'sending';

CREATE TABLE broadcast_readers (
    broadcast_id INTEGER NOT NULL REFERENCES broadcasts (id),
    chat_id      INTEGER NOT NULL,
    state        TEXT    NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'sending', 'sent', 'blocked', 'failed')),
    PRIMARY KEY (broadcast_id, chat_id)
) WITHOUT ROWID;
