-- +goose Up

-- room: bodies
CREATE TABLE bodies (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    slug       TEXT NOT NULL,
    name       JSONB NOT NULL,
    acronym    TEXT NOT NULL DEFAULT '',
    purpose    JSONB NOT NULL,
    country    TEXT NOT NULL DEFAULT '',
    region     TEXT NOT NULL DEFAULT '',
    founded    TEXT NOT NULL DEFAULT '',
    recognised TEXT NOT NULL DEFAULT '',
    started    TEXT NOT NULL DEFAULT '',
    ended      TEXT NOT NULL DEFAULT '',
    status     TEXT NOT NULL,
    years      JSONB NOT NULL,
    links      JSONB NOT NULL,
    parent     TEXT REFERENCES bodies (id),
    as_seen    JSONB NOT NULL,
    source     TEXT NOT NULL DEFAULT '',
    created    BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1,
    UNIQUE (kind, slug)
);
CREATE INDEX bodies_parent ON bodies (parent);

-- room: bodies
CREATE TABLE body_seats (
    id                TEXT PRIMARY KEY,
    body              TEXT NOT NULL REFERENCES bodies (id),
    person            TEXT NOT NULL DEFAULT '',
    organisation      TEXT NOT NULL DEFAULT '',
    role              TEXT NOT NULL,
    from_date         TEXT NOT NULL DEFAULT '',
    until_date        TEXT NOT NULL DEFAULT '',
    term              BIGINT NOT NULL DEFAULT 0,
    stakeholder_group TEXT NOT NULL DEFAULT '',
    note              JSONB NOT NULL,
    created           BIGINT NOT NULL,
    version           BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX body_seats_body ON body_seats (body);
CREATE INDEX body_seats_person ON body_seats (person);
CREATE INDEX body_seats_organisation ON body_seats (organisation);

-- room: bodies
CREATE TABLE body_counts (
    id      TEXT PRIMARY KEY,
    kind    TEXT NOT NULL,
    as_of   TEXT NOT NULL,
    count   BIGINT NOT NULL,
    bound   TEXT NOT NULL DEFAULT '',
    note    JSONB NOT NULL,
    source  TEXT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX body_counts_kind ON body_counts (kind);
