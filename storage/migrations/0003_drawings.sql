CREATE TABLE drawings (
    id         INTEGER PRIMARY KEY,
    origin     TEXT    NOT NULL UNIQUE,
    tap        TEXT    NOT NULL DEFAULT '',
    user_id    INTEGER NOT NULL,
    chat_id    INTEGER NOT NULL,
    topic_id   INTEGER NOT NULL,
    thread_id  INTEGER NOT NULL REFERENCES threads (id),
    parent_id  INTEGER REFERENCES drawings (id),
    state      TEXT    NOT NULL CHECK (state IN ('draft', 'waiting', 'done', 'failed', 'stopped')),
    commission TEXT    NOT NULL,
    prompt     TEXT    NOT NULL,
    model      TEXT    NOT NULL DEFAULT '',
    wishes     TEXT    NOT NULL DEFAULT '',
    price_microdollars INTEGER,
    message_id INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    finished_ms INTEGER
);
CREATE UNIQUE INDEX drawings_tapped ON drawings (tap) WHERE tap <> '' AND state = 'waiting';
CREATE INDEX drawings_unfinished ON drawings (id) WHERE state = 'waiting';
CREATE INDEX drawings_of_user ON drawings (user_id, id);
CREATE INDEX drawings_of_chat ON drawings (chat_id, topic_id, id);

CREATE TABLE drawn_pictures (
    drawing_id INTEGER NOT NULL REFERENCES drawings (id),
    number     INTEGER NOT NULL,
    file       TEXT    NOT NULL,
    media_type TEXT    NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    is_photo   INTEGER NOT NULL,
    is_animated INTEGER NOT NULL,
    file_id    TEXT    NOT NULL DEFAULT '',
    message_id INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (drawing_id, number)
) WITHOUT ROWID;
CREATE INDEX drawn_pictures_shown ON drawn_pictures (message_id) WHERE message_id <> 0;

CREATE INDEX drawn_pictures_named ON drawn_pictures (file_id) WHERE file_id <> '';

CREATE TABLE drawing_steps (
    drawing_id INTEGER NOT NULL REFERENCES drawings (id),
    step       TEXT    NOT NULL,
    result     TEXT    NOT NULL,
    PRIMARY KEY (drawing_id, step)
) WITHOUT ROWID;
