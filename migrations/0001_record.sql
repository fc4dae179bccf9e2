-- +goose Up

-- room: record
CREATE TABLE events (
    seq        BIGINT PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    act        TEXT NOT NULL,
    at         BIGINT NOT NULL,
    account    TEXT NOT NULL DEFAULT '',
    person     TEXT NOT NULL DEFAULT '',
    program    TEXT NOT NULL DEFAULT '',
    kind       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    scope      TEXT NOT NULL,
    visibility TEXT NOT NULL,
    data       JSONB NOT NULL,
    personal   JSONB
);
CREATE INDEX events_subject ON events (subject, seq);
CREATE INDEX events_scope ON events (scope, seq);

-- room: record
CREATE TABLE scope_versions (
    scope   TEXT PRIMARY KEY,
    version BIGINT NOT NULL
);
CREATE INDEX scope_versions_version ON scope_versions (version);

-- room: record
CREATE TABLE followers (
    name        TEXT PRIMARY KEY,
    cursor      BIGINT NOT NULL,
    owner       TEXT NOT NULL DEFAULT '',
    fence       BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0
);
