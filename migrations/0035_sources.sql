-- +goose Up

-- Schedules elsewhere that an edition follows: where they are, and what was found there
-- when somebody looked last.
-- room: archive
CREATE TABLE import_sources (
    id       TEXT PRIMARY KEY,
    edition  TEXT NOT NULL REFERENCES editions (id),
    url      TEXT NOT NULL,
    name     TEXT NOT NULL,
    lang     TEXT NOT NULL,
    kind     TEXT NOT NULL DEFAULT '',
    address  TEXT NOT NULL DEFAULT '',
    etag     TEXT NOT NULL DEFAULT '',
    modified TEXT NOT NULL DEFAULT '',
    file     TEXT NOT NULL DEFAULT '',
    looked   BIGINT,
    outcome  JSONB NOT NULL,
    account  TEXT NOT NULL DEFAULT '',
    person   TEXT NOT NULL DEFAULT '',
    added    BIGINT NOT NULL,
    removed  BIGINT,
    version  BIGINT NOT NULL DEFAULT 1,
    UNIQUE (edition, url)
);

-- Of which source an import is; empty where somebody sent a file.
-- room: archive
ALTER TABLE imports ADD COLUMN origin TEXT NOT NULL DEFAULT '';
CREATE INDEX imports_origin ON imports (origin);
