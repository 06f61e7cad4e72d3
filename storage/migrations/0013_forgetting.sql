-- For whom files of the media folder were kept. Content names them: two people may have the same one.
CREATE TABLE owned_files (
    user_id INTEGER NOT NULL,
    file    TEXT    NOT NULL,
    PRIMARY KEY (user_id, file)
) WITHOUT ROWID;
CREATE INDEX owned_files_by_name ON owned_files (file);

-- A row is there as long as there is something to be done. Neither it nor its steps hold what was said.
CREATE TABLE forgettings (
    id        INTEGER PRIMARY KEY,
    subject   TEXT    NOT NULL CHECK (subject IN ('thread', 'memory', 'everything')),
    user_id   INTEGER NOT NULL,
    thread_id INTEGER NOT NULL,
    chat_id   INTEGER NOT NULL,
    topic_id  INTEGER NOT NULL,
    chat_kind TEXT    NOT NULL,
    language  TEXT    NOT NULL,
    asked_ms  INTEGER NOT NULL
);

CREATE TABLE forgetting_steps (
    forgetting_id INTEGER NOT NULL REFERENCES forgettings (id),
    step          TEXT    NOT NULL,
    result        TEXT    NOT NULL,
    PRIMARY KEY (forgetting_id, step)
) WITHOUT ROWID;
