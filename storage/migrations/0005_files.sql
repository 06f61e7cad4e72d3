CREATE TABLE filings (
    id         INTEGER PRIMARY KEY,
    scope      TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    file       TEXT    NOT NULL,
    media_type TEXT    NOT NULL,
    size_bytes INTEGER NOT NULL,
    tokens     INTEGER NOT NULL DEFAULT 0,
    place      TEXT    NOT NULL CHECK (place IN ('turn', 'knowledge', 'code')),
    file_id    TEXT    NOT NULL DEFAULT '',
    user_id    INTEGER NOT NULL DEFAULT 0,
    is_pinned  INTEGER NOT NULL DEFAULT 0,
    wants_font INTEGER NOT NULL DEFAULT 0,
    problem    TEXT    NOT NULL DEFAULT '',
    created_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX filings_once ON filings (scope, file);
CREATE INDEX filings_of_file ON filings (file);

CREATE TABLE remote_homes (
    scope   TEXT    NOT NULL,
    kind    TEXT    NOT NULL CHECK (kind IN ('store', 'container', 'file', 'conversation')),
    id      TEXT    NOT NULL,
    used_ms INTEGER NOT NULL,
    mark    TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (scope, kind)
) WITHOUT ROWID;

CREATE TABLE remote_copies (
    filing_id  INTEGER NOT NULL REFERENCES filings (id),
    home       TEXT    NOT NULL,
    remote_id  TEXT    NOT NULL,
    path       TEXT    NOT NULL DEFAULT '',
    expires_ms INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (filing_id, home)
) WITHOUT ROWID;

CREATE TABLE container_outputs (
    container_id TEXT NOT NULL,
    file_id      TEXT NOT NULL,
    PRIMARY KEY (container_id, file_id)
) WITHOUT ROWID;

CREATE TABLE remote_waste (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    home TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (kind, id, home)
) WITHOUT ROWID;
