-- +goose Up

-- A cluster that editors have made: named, or of takeaways that they put together.
-- Computed clusters are not kept.
-- room: messages
CREATE TABLE message_clusters (
    id      TEXT PRIMARY KEY,
    edition TEXT NOT NULL REFERENCES editions (id),
    name    JSONB NOT NULL,
    created BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX message_clusters_edition ON message_clusters (edition);

-- What editors have decided about one takeaway or paragraph: in which cluster it
-- stands, and whether it is set aside, by whom and why.
-- room: messages
CREATE TABLE message_materials (
    edition TEXT NOT NULL REFERENCES editions (id),
    ref     TEXT NOT NULL,
    cluster TEXT NOT NULL DEFAULT '',
    aside   BOOLEAN NOT NULL DEFAULT FALSE,
    reason  TEXT NOT NULL DEFAULT '',
    account TEXT NOT NULL DEFAULT '',
    person  TEXT NOT NULL DEFAULT '',
    decided BIGINT NOT NULL,
    PRIMARY KEY (edition, ref)
);

-- Who signs the Messages of an edition, in which role (E139).
-- room: messages
CREATE TABLE message_signers (
    id       TEXT PRIMARY KEY,
    edition  TEXT NOT NULL REFERENCES editions (id),
    position BIGINT NOT NULL,
    role     TEXT NOT NULL,
    session  TEXT NOT NULL DEFAULT '',
    person   TEXT NOT NULL,
    needed   BOOLEAN NOT NULL DEFAULT TRUE,
    asked    BIGINT
);
CREATE INDEX message_signers_edition ON message_signers (edition);

-- Each signature, and each refusal, is of one revision; rows are added and never changed.
-- room: messages
CREATE TABLE message_signatures (
    id       TEXT PRIMARY KEY,
    edition  TEXT NOT NULL REFERENCES editions (id),
    role     TEXT NOT NULL,
    session  TEXT NOT NULL DEFAULT '',
    person   TEXT NOT NULL,
    account  TEXT NOT NULL DEFAULT '',
    revision BIGINT NOT NULL,
    hash     TEXT NOT NULL,
    words    TEXT NOT NULL,
    accepted BOOLEAN NOT NULL,
    reason   TEXT NOT NULL DEFAULT '',
    signed   BIGINT NOT NULL
);
CREATE INDEX message_signatures_edition ON message_signatures (edition);

-- Statements of those who do not agree, as they were handed in. What was decided stays.
-- room: messages
CREATE TABLE message_statements (
    id        TEXT PRIMARY KEY,
    edition   TEXT NOT NULL REFERENCES editions (id),
    number    BIGINT NOT NULL,
    para      TEXT NOT NULL,
    revision  BIGINT NOT NULL,
    signed_as TEXT NOT NULL,
    body      JSONB NOT NULL,
    session   TEXT NOT NULL DEFAULT '',
    person    TEXT NOT NULL DEFAULT '',
    account   TEXT NOT NULL,
    state     TEXT NOT NULL,
    reason    TEXT NOT NULL DEFAULT '',
    offered   BIGINT NOT NULL,
    decided   BIGINT,
    decider   TEXT NOT NULL DEFAULT '',
    version   BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX message_statements_edition ON message_statements (edition, number);

-- room: messages
ALTER TABLE message_sets ADD COLUMN unsigned_reason TEXT NOT NULL DEFAULT '';
-- room: messages
ALTER TABLE message_sets ADD COLUMN note JSONB NOT NULL DEFAULT '{}';
