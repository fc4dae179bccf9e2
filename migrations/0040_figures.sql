-- +goose Up

-- How small cells are hidden: one row, "forum".
-- room: figures
CREATE TABLE figure_settings (
    id      TEXT PRIMARY KEY,
    least   BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

-- Cells and sums of an edition that were hidden in something published: they stay so.
-- room: figures
CREATE TABLE figure_hidden (
    edition TEXT NOT NULL REFERENCES editions (id),
    tab     TEXT NOT NULL,
    cell    TEXT NOT NULL,
    PRIMARY KEY (edition, tab, cell)
);

-- What was published of an indicator, each time it was: rows are added and never changed,
-- but for latest. parts has the breakdowns as they are shown, small cells hidden.
-- room: figures
CREATE TABLE figure_values (
    id        TEXT PRIMARY KEY,
    edition   TEXT NOT NULL REFERENCES editions (id),
    indicator TEXT NOT NULL,
    number    BIGINT NOT NULL,
    latest    BOOLEAN NOT NULL,
    amount    BIGINT NOT NULL,
    hidden    BOOLEAN NOT NULL DEFAULT FALSE,
    parts     JSONB NOT NULL,
    status    TEXT NOT NULL,
    as_of     BIGINT NOT NULL,
    promised  TEXT NOT NULL DEFAULT '',
    reason    JSONB NOT NULL,
    lines     BIGINT NOT NULL,
    digest    TEXT NOT NULL,
    account   TEXT NOT NULL DEFAULT '',
    person    TEXT NOT NULL DEFAULT '',
    published BIGINT NOT NULL,
    UNIQUE (edition, indicator, number)
);
CREATE INDEX figure_values_latest ON figure_values (edition, latest);

-- Published figures that no longer equal the record, as last reckoned; only the staff reads it.
-- room: figures
CREATE TABLE figure_drift (
    edition   TEXT NOT NULL REFERENCES editions (id),
    indicator TEXT NOT NULL,
    amount    BIGINT NOT NULL,
    lines     BIGINT NOT NULL,
    digest    TEXT NOT NULL,
    PRIMARY KEY (edition, indicator)
);

-- When the published figures of an edition were last compared with the record: mark is the
-- state of the record that was read.
-- room: figures
CREATE TABLE figure_checks (
    edition TEXT PRIMARY KEY REFERENCES editions (id),
    mark    TEXT NOT NULL,
    at      BIGINT NOT NULL
);

-- What others said of editions: each point has its own definition and source.
-- room: figures
CREATE TABLE figure_points (
    id         TEXT PRIMARY KEY,
    file       TEXT NOT NULL,
    position   BIGINT NOT NULL,
    edition    TEXT NOT NULL,
    dimension  TEXT NOT NULL,
    part       TEXT NOT NULL DEFAULT '',
    amount     TEXT NOT NULL,
    unit       TEXT NOT NULL,
    qualifier  TEXT NOT NULL DEFAULT '',
    source     TEXT NOT NULL,
    definition TEXT NOT NULL DEFAULT ''
);
CREATE INDEX figure_points_series ON figure_points (dimension, part, edition);
CREATE INDEX figure_points_file ON figure_points (file);
