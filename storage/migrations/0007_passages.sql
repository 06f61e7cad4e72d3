-- `source` is a file of the media folder, whose name tells its content, or what else the document was made of.
-- While one is written, which takes several transactions, it is not whole, and its older edition is found.
-- Ids are never used again: an old message may still have a button that opens a passage.
CREATE TABLE documents (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    scope      TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    source     TEXT    NOT NULL,
    is_whole   INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX documents_of_scope ON documents (scope, source) WHERE is_whole = 1;

CREATE TABLE passages (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    headings    TEXT    NOT NULL,
    page        INTEGER NOT NULL,
    text        TEXT    NOT NULL,
    hash        BLOB    NOT NULL
);
CREATE UNIQUE INDEX passages_of_document ON passages (document_id, number);
CREATE INDEX passages_hash ON passages (hash);

CREATE VIRTUAL TABLE passage_words USING fts5 (
    scope, words, tokenize = "porter unicode61 remove_diacritics 2"
);

CREATE TABLE vectors (
    hash       BLOB    NOT NULL,
    model      TEXT    NOT NULL,
    dimensions INTEGER NOT NULL,
    vector     BLOB    NOT NULL
);
CREATE UNIQUE INDEX vectors_hash ON vectors (hash, model, dimensions);

CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN
    DELETE FROM passage_words WHERE rowid = old.id;
    DELETE FROM vectors WHERE hash = old.hash AND NOT EXISTS (SELECT 1 FROM passages WHERE hash = old.hash);
END;
