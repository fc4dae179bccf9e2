-- +goose Up

-- What was read into an edition from a document, kept with its source.
-- room: archive
CREATE TABLE imports (
    id      TEXT PRIMARY KEY,
    edition TEXT NOT NULL REFERENCES editions (id),
    name    TEXT NOT NULL,
    shape   TEXT NOT NULL,
    source  TEXT NOT NULL,
    found   JSONB NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    person  TEXT NOT NULL DEFAULT '',
    program TEXT NOT NULL DEFAULT '',
    at      BIGINT NOT NULL
);
CREATE INDEX imports_edition ON imports (edition, at);

-- room: archive
CREATE TABLE import_items (
    import    TEXT NOT NULL REFERENCES imports (id),
    position  BIGINT NOT NULL,
    kind      TEXT NOT NULL,
    subject   TEXT NOT NULL,
    label     TEXT NOT NULL,
    from_line BIGINT NOT NULL,
    to_line   BIGINT NOT NULL,
    PRIMARY KEY (import, position)
);
CREATE INDEX import_items_subject ON import_items (subject);
