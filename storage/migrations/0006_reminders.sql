CREATE TABLE reminders (
    id         INTEGER PRIMARY KEY,
    origin     TEXT    NOT NULL UNIQUE,
    user_id    INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    language   TEXT    NOT NULL,
    chat_id    INTEGER NOT NULL,
    topic_id   INTEGER NOT NULL,
    chat_kind  TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    zone       TEXT    NOT NULL,
    due_ms     INTEGER NOT NULL,
    state      TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'cancelled', 'gone')),
    created_ms INTEGER NOT NULL
);
CREATE INDEX reminders_waiting ON reminders (due_ms) WHERE state = 'waiting';
CREATE INDEX reminders_of_user ON reminders (user_id, due_ms) WHERE state = 'waiting';
CREATE INDEX reminders_of_chat ON reminders (chat_id);

CREATE TABLE reminder_steps (
    reminder_id INTEGER NOT NULL REFERENCES reminders (id),
    step        TEXT    NOT NULL,
    result      TEXT    NOT NULL,
    PRIMARY KEY (reminder_id, step)
) WITHOUT ROWID;
