-- +goose Up

-- A tag that curators have touched: named, merged, offered or hidden. A tag that nobody
-- has touched has no row: it is what people wrote. head is the folded spelling that gives
-- it its address.
-- room: topics
CREATE TABLE topic_tags (
    id      TEXT PRIMARY KEY,
    edition TEXT NOT NULL REFERENCES editions (id),
    head    TEXT NOT NULL,
    name    JSONB NOT NULL,
    offered BOOLEAN NOT NULL DEFAULT FALSE,
    hidden  BOOLEAN NOT NULL DEFAULT FALSE,
    reason  TEXT NOT NULL DEFAULT '',
    created BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (edition, head)
);

-- Which tag a folded spelling belongs to, where it is not a tag of its own.
-- room: topics
CREATE TABLE topic_spellings (
    edition TEXT NOT NULL REFERENCES editions (id),
    fold    TEXT NOT NULL,
    tag     TEXT NOT NULL REFERENCES topic_tags (id),
    PRIMARY KEY (edition, fold)
);

-- Each merge with what it moved from where, so that it can be taken back.
-- room: topics
CREATE TABLE topic_merges (
    id      TEXT PRIMARY KEY,
    edition TEXT NOT NULL REFERENCES editions (id),
    number  BIGINT NOT NULL,
    tag     TEXT NOT NULL REFERENCES topic_tags (id),
    moved   JSONB NOT NULL,
    made    BIGINT NOT NULL,
    undone  BIGINT,
    UNIQUE (edition, number)
);

-- Spellings of which a curator has said that they are not the same.
-- room: topics
CREATE TABLE topic_apart (
    edition TEXT NOT NULL REFERENCES editions (id),
    one     TEXT NOT NULL,
    other   TEXT NOT NULL,
    PRIMARY KEY (edition, one, other)
);

-- A cluster of inputs that people have made or named; computed ones are not kept.
-- room: topics
CREATE TABLE topic_clusters (
    id      TEXT PRIMARY KEY,
    edition TEXT NOT NULL REFERENCES editions (id),
    name    JSONB NOT NULL,
    theme   TEXT NOT NULL DEFAULT '',
    created BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX topic_clusters_edition ON topic_clusters (edition);

-- Into which cluster people have put an input.
-- room: topics
CREATE TABLE topic_places (
    edition TEXT NOT NULL REFERENCES editions (id),
    input   TEXT NOT NULL,
    cluster TEXT NOT NULL REFERENCES topic_clusters (id),
    PRIMARY KEY (edition, input)
);

-- What a body decided about a theme, on which inputs. Rows are added and never changed.
-- room: topics
CREATE TABLE topic_decisions (
    id        TEXT PRIMARY KEY,
    edition   TEXT NOT NULL REFERENCES editions (id),
    number    BIGINT NOT NULL,
    theme     TEXT NOT NULL,
    cluster   TEXT NOT NULL DEFAULT '',
    day       TEXT NOT NULL,
    body      TEXT NOT NULL,
    body_name JSONB NOT NULL,
    name      JSONB NOT NULL,
    reason    JSONB NOT NULL,
    minutes   TEXT NOT NULL DEFAULT '',
    words     JSONB NOT NULL,
    inputs    JSONB NOT NULL,
    made      BIGINT NOT NULL,
    UNIQUE (edition, number)
);
