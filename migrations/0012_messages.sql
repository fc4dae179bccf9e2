-- +goose Up

-- The Messages of an edition are one document; this table says how far it has come.
-- room: messages
CREATE TABLE message_sets (
    edition   TEXT PRIMARY KEY REFERENCES editions (id),
    document  TEXT NOT NULL REFERENCES documents (id),
    name      JSONB NOT NULL,
    state     TEXT NOT NULL,
    published BIGINT,
    finalised BIGINT,
    next      BIGINT NOT NULL DEFAULT 1
);
