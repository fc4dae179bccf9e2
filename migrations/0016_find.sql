-- +goose Up

-- The index of each process that serves: how far it is, for the staff and for who waits
-- for a rebuild. seen is a time of the machine's.
-- room: find
CREATE TABLE search_indexes (
    process    TEXT PRIMARY KEY,
    folder     TEXT NOT NULL,
    state      TEXT NOT NULL,
    documents  BIGINT NOT NULL DEFAULT 0,
    bytes      BIGINT NOT NULL DEFAULT 0,
    cursor     BIGINT NOT NULL DEFAULT 0,
    done       BIGINT NOT NULL DEFAULT 0,
    of_all     BIGINT NOT NULL DEFAULT 0,
    request    TEXT NOT NULL DEFAULT '',
    rebuilt    BIGINT,
    took_ms    BIGINT NOT NULL DEFAULT 0,
    error      TEXT NOT NULL DEFAULT '',
    seen       BIGINT NOT NULL
);

-- What people want to be found for them again. round counts the mails, known holds
-- prints of what was there already.
-- room: find
CREATE TABLE saved_searches (
    id      TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id),
    name    TEXT NOT NULL,
    query   TEXT NOT NULL,
    often   TEXT NOT NULL,
    due     BIGINT,
    known   TEXT NOT NULL DEFAULT '',
    round   BIGINT NOT NULL DEFAULT 0,
    mailed  BIGINT,
    created BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX saved_searches_account ON saved_searches (account, created);
CREATE INDEX saved_searches_due ON saved_searches (due);

-- The generation of the link that ends an account's mails.
-- room: find
CREATE TABLE search_readers (
    account    TEXT PRIMARY KEY REFERENCES accounts (id),
    generation BIGINT NOT NULL DEFAULT 1
);

-- What links are derived from.
-- room: find
CREATE TABLE search_keys (
    id     TEXT PRIMARY KEY,
    secret TEXT NOT NULL
);
