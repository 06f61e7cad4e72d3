CREATE TABLE inbox (
    update_id   INTEGER PRIMARY KEY,
    chat_id     INTEGER NOT NULL,
    topic_id    INTEGER NOT NULL,
    lane        TEXT    NOT NULL,
    raw         TEXT    NOT NULL,
    state       TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'aside')),
    tries       INTEGER NOT NULL DEFAULT 0,
    reason      TEXT    NOT NULL DEFAULT '',
    accepted_ms INTEGER NOT NULL
);
CREATE INDEX inbox_unfinished ON inbox (state, update_id) WHERE state <> 'done';
CREATE INDEX inbox_age ON inbox (accepted_ms) WHERE state = 'done';

CREATE TABLE threads (
    id           INTEGER PRIMARY KEY,
    chat_id      INTEGER NOT NULL,
    topic_id     INTEGER NOT NULL,
    is_active    INTEGER NOT NULL,
    summary      TEXT    NOT NULL DEFAULT '',
    summed_up_to INTEGER NOT NULL DEFAULT 0,
    created_ms   INTEGER NOT NULL
);
CREATE UNIQUE INDEX threads_active ON threads (chat_id, topic_id) WHERE is_active = 1;

CREATE TABLE turns (
    id         INTEGER PRIMARY KEY,
    thread_id  INTEGER NOT NULL REFERENCES threads (id),
    position   INTEGER NOT NULL,
    chat_id    INTEGER NOT NULL,
    topic_id   INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('open', 'closed', 'replaced')),
    request    TEXT    NOT NULL,
    is_stopped INTEGER NOT NULL DEFAULT 0,
    question   TEXT    NOT NULL DEFAULT '',
    answer     TEXT    NOT NULL DEFAULT '',
    ending     TEXT    NOT NULL DEFAULT '',
    model      TEXT    NOT NULL DEFAULT '',
    input_tokens INTEGER NOT NULL DEFAULT 0,
    cached_tokens INTEGER NOT NULL DEFAULT 0,
    cache_write_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    reasoning_tokens INTEGER NOT NULL DEFAULT 0,
    answer_message_ids TEXT NOT NULL DEFAULT '[]',
    created_ms INTEGER NOT NULL,
    closed_ms  INTEGER
);
CREATE INDEX turns_of_thread ON turns (thread_id, position);
CREATE INDEX turns_open ON turns (id) WHERE state = 'open';
CREATE INDEX turns_of_chat ON turns (chat_id);

CREATE TABLE steps (
    turn_id INTEGER NOT NULL REFERENCES turns (id),
    step    TEXT    NOT NULL,
    result  TEXT    NOT NULL,
    recorded_ms INTEGER NOT NULL,
    PRIMARY KEY (turn_id, step)
) WITHOUT ROWID;

CREATE TABLE people (
    user_id    INTEGER PRIMARY KEY,
    is_allowed INTEGER,
    is_admin   INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE allowed_chats (
    chat_id INTEGER PRIMARY KEY
);

CREATE TABLE preferences (
    scope TEXT NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (scope, name)
) WITHOUT ROWID;
