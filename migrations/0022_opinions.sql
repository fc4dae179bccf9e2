-- +goose Up

-- Short statements on which people agree, disagree or pass.
-- room: opinions
CREATE TABLE opinion_polls (
    id         TEXT PRIMARY KEY,
    ref        TEXT NOT NULL UNIQUE,
    scope      TEXT NOT NULL,
    title      JSONB NOT NULL,
    about      JSONB NOT NULL,
    published  BOOLEAN NOT NULL DEFAULT FALSE,
    opens      BIGINT NOT NULL,
    closes     BIGINT NOT NULL,
    zone       TEXT NOT NULL,
    proposals  BOOLEAN NOT NULL DEFAULT TRUE,
    salt       TEXT NOT NULL,
    next       BIGINT NOT NULL DEFAULT 1,
    created    BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);

-- room: opinions
CREATE TABLE opinion_statements (
    id       TEXT PRIMARY KEY,
    poll     TEXT NOT NULL REFERENCES opinion_polls (id),
    number   BIGINT NOT NULL,
    body     JSONB NOT NULL,
    author   TEXT NOT NULL DEFAULT '',
    state    TEXT NOT NULL,
    reason   TEXT NOT NULL DEFAULT '',
    created  BIGINT NOT NULL,
    UNIQUE (poll, number)
);

-- A vote is secret: no event says who voted on what. The last vote counts.
-- room: opinions
CREATE TABLE opinion_votes (
    poll      TEXT NOT NULL REFERENCES opinion_polls (id),
    account   TEXT NOT NULL,
    statement BIGINT NOT NULL,
    vote      BIGINT NOT NULL,
    PRIMARY KEY (poll, account, statement)
);
