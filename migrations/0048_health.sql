-- +goose Up

-- The processes that serve this forum. Each writes its own row now and then; seen is by the
-- machine's clock. Who has not written for a minute is gone.
-- room: health
CREATE TABLE processes (
    id      TEXT PRIMARY KEY,
    host    TEXT NOT NULL,
    pid     BIGINT NOT NULL,
    version TEXT NOT NULL,
    part    TEXT NOT NULL,
    started BIGINT NOT NULL,
    seen    BIGINT NOT NULL
);
