-- +goose Up

-- Who does the work of a name just now, of several processes. fence moves with each owner; it
-- stands in the index so that whoever holds a row FOR KEY SHARE keeps it from moving, and not
-- its owner from holding on (lease_until).
-- room: record
CREATE TABLE leases (
    name        TEXT PRIMARY KEY,
    owner       TEXT NOT NULL,
    fence       BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
);
CREATE UNIQUE INDEX leases_fence ON leases (name, fence);

-- What is no event and all processes must know of at once: that sessions ended.
-- room: record
CREATE TABLE signals (
    name  TEXT PRIMARY KEY,
    moved BIGINT NOT NULL
);

-- The last group of acts of each process that moved no event, so that it can find out whether
-- a commit came through whose answer was lost.
-- room: record
CREATE TABLE write_marks (
    process TEXT PRIMARY KEY,
    mark    TEXT NOT NULL,
    at      BIGINT NOT NULL
);

-- Tokens of the set-up page, as hashes: any process takes those of any other.
-- room: setup
CREATE TABLE setup_tokens (
    hash TEXT PRIMARY KEY,
    made BIGINT NOT NULL
);
