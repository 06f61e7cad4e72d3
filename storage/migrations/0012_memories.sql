-- What people want remembered about themselves. `words` is the text as it is compared with others; `origin` names
-- what it came from, so that nothing is taken twice. Ids are never used again: an old list still has its buttons.
CREATE TABLE memories (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    words      TEXT    NOT NULL,
    origin     TEXT    NOT NULL,
    said_by    TEXT    NOT NULL CHECK (said_by IN ('person', 'model')),
    chat_id    INTEGER NOT NULL,
    topic_id   INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    told_ms    INTEGER NOT NULL
);
CREATE UNIQUE INDEX memories_of_user ON memories (user_id, words);
CREATE INDEX memories_of_chat ON memories (chat_id);
