-- +goose Up

-- What somebody keeps of a programme for herself, with what the programme said of the
-- session when she last looked: so it can be told what changed since, and a session that is
-- hidden again can be called off in her calendar without saying what it has become. It is
-- hers alone, and no event tells of it.
-- room: agenda
CREATE TABLE agenda_bookmarks (
    account TEXT NOT NULL,
    session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    edition TEXT NOT NULL,
    created BIGINT NOT NULL,
    title   JSONB NOT NULL,
    starts  BIGINT,
    ends    BIGINT,
    room    TEXT NOT NULL DEFAULT '',
    state   TEXT NOT NULL,
    PRIMARY KEY (account, session)
);
CREATE INDEX agenda_bookmarks_session ON agenda_bookmarks (session);
CREATE INDEX agenda_bookmarks_edition ON agenda_bookmarks (edition, session);

-- The private address of somebody's calendar: of its token only the hash is kept.
-- room: agenda
CREATE TABLE agenda_feeds (
    account TEXT PRIMARY KEY,
    hash    TEXT NOT NULL UNIQUE,
    lang    TEXT NOT NULL,
    created BIGINT NOT NULL
);
