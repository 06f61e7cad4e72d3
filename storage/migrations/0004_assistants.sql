ALTER TABLE threads ADD COLUMN user_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE threads ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE threads ADD COLUMN assistant TEXT NOT NULL DEFAULT '';
ALTER TABLE threads ADD COLUMN chosen_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE threads ADD COLUMN updated_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE threads ADD COLUMN is_deleted INTEGER NOT NULL DEFAULT 0;
UPDATE threads SET updated_ms =
    coalesce((SELECT max(created_ms) FROM turns WHERE turns.thread_id = threads.id), created_ms);
DROP INDEX threads_active;
CREATE UNIQUE INDEX threads_active ON threads (chat_id, topic_id, user_id) WHERE is_active = 1;
CREATE INDEX threads_of_chat ON threads (chat_id, updated_ms);

CREATE TABLE assistants (
    id           INTEGER PRIMARY KEY,
    owner_id     INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    description  TEXT    NOT NULL DEFAULT '',
    instructions TEXT    NOT NULL DEFAULT '',
    model        TEXT    NOT NULL DEFAULT '',
    effort       TEXT    NOT NULL DEFAULT '',
    tools        TEXT    NOT NULL DEFAULT '',
    voice        TEXT    NOT NULL DEFAULT '',
    greeting     TEXT    NOT NULL DEFAULT '',
    starters     TEXT    NOT NULL DEFAULT '[]',
    picture      TEXT    NOT NULL DEFAULT '',
    origin       TEXT    NOT NULL UNIQUE,
    code         TEXT    NOT NULL DEFAULT '',
    is_deleted   INTEGER NOT NULL DEFAULT 0,
    created_ms   INTEGER NOT NULL
);
CREATE INDEX assistants_of_owner ON assistants (owner_id, id);
CREATE UNIQUE INDEX assistants_shared ON assistants (code) WHERE code <> '';

CREATE TABLE borrowed_assistants (
    assistant_id INTEGER NOT NULL REFERENCES assistants (id),
    user_id      INTEGER NOT NULL,
    created_ms   INTEGER NOT NULL,
    PRIMARY KEY (user_id, assistant_id)
) WITHOUT ROWID;

CREATE TABLE chosen_assistants (
    chat_id   INTEGER NOT NULL,
    topic_id  INTEGER NOT NULL,
    assistant TEXT    NOT NULL,
    chosen_by INTEGER NOT NULL,
    PRIMARY KEY (chat_id, topic_id)
) WITHOUT ROWID;
