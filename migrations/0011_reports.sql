-- +goose Up

-- A session owes takeaways within hours and a full report within weeks. When each is
-- due is not stored: it follows the session's end.
-- room: reports
CREATE TABLE reports (
    id        TEXT PRIMARY KEY,
    edition   TEXT NOT NULL REFERENCES editions (id),
    session   TEXT NOT NULL REFERENCES sessions (id),
    kind      TEXT NOT NULL,
    document  TEXT NOT NULL REFERENCES documents (id),
    state     TEXT NOT NULL,
    saved     BIGINT,
    published BIGINT,
    corrected BIGINT,
    UNIQUE (session, kind)
);
CREATE INDEX reports_edition ON reports (edition, kind, published);
