-- What has changed and is to be put into the index of what was said, or taken out of it.
CREATE TABLE to_index (
    id     INTEGER PRIMARY KEY,
    source TEXT NOT NULL
);
INSERT INTO to_index (source) SELECT 'turn:' || id FROM turns WHERE state = 'closed' AND id > 0 ORDER BY closed_ms;
INSERT INTO to_index (source) SELECT 'drawing:' || id FROM drawings WHERE state = 'done' ORDER BY id;

CREATE INDEX documents_source ON documents (source);

-- A turn with a negative id notes a drawing, which is indexed itself.
CREATE TRIGGER turns_closed AFTER UPDATE OF state ON turns WHEN new.state <> 'open' AND new.id > 0 BEGIN
    INSERT INTO to_index (source) VALUES ('turn:' || new.id);
END;
CREATE TRIGGER turns_added AFTER INSERT ON turns WHEN new.state = 'closed' AND new.id > 0 BEGIN
    INSERT INTO to_index (source) VALUES ('turn:' || new.id);
END;
CREATE TRIGGER turns_removed AFTER DELETE ON turns BEGIN
    DELETE FROM documents WHERE source = 'turn:' || old.id;
END;
CREATE TRIGGER drawings_finished AFTER UPDATE OF state ON drawings WHEN new.state = 'done' BEGIN
    INSERT INTO to_index (source) VALUES ('drawing:' || new.id);
END;
CREATE TRIGGER drawings_removed AFTER DELETE ON drawings BEGIN
    DELETE FROM documents WHERE source = 'drawing:' || old.id;
END;
CREATE TRIGGER threads_removed AFTER DELETE ON threads BEGIN
    DELETE FROM documents WHERE scope = 'thread:' || old.id;
END;
