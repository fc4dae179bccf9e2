-- +goose Up

-- room: editions
CREATE TABLE forum (
    id      TEXT PRIMARY KEY,
    name    JSONB NOT NULL,
    short   TEXT NOT NULL,
    about   JSONB NOT NULL,
    lang    TEXT NOT NULL,
    contact TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL DEFAULT 1
);

-- room: editions
CREATE TABLE mandates (
    id         TEXT PRIMARY KEY,
    position   BIGINT NOT NULL,
    instrument JSONB NOT NULL,
    symbol     TEXT NOT NULL DEFAULT '',
    url        TEXT NOT NULL DEFAULT '',
    from_date  TEXT NOT NULL DEFAULT '',
    until_date TEXT NOT NULL DEFAULT '',
    review_on  TEXT NOT NULL DEFAULT ''
);

-- room: editions
CREATE TABLE editions (
    id                   TEXT PRIMARY KEY,
    slug                 TEXT NOT NULL UNIQUE,
    year                 BIGINT NOT NULL,
    ordinal              BIGINT NOT NULL DEFAULT 0,
    state                TEXT NOT NULL,
    sample               BOOLEAN NOT NULL DEFAULT FALSE,
    name                 JSONB NOT NULL,
    theme                JSONB NOT NULL,
    city                 JSONB NOT NULL,
    country              TEXT NOT NULL DEFAULT '',
    host                 JSONB NOT NULL,
    zone                 TEXT NOT NULL,
    first_day            TEXT NOT NULL DEFAULT '',
    last_day             TEXT NOT NULL DEFAULT '',
    day_zero             TEXT NOT NULL DEFAULT '',
    dates_count_day_zero BOOLEAN NOT NULL DEFAULT FALSE,
    version              BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX editions_year ON editions (year);

-- room: editions
CREATE TABLE venues (
    id       TEXT PRIMARY KEY,
    edition  TEXT NOT NULL REFERENCES editions (id),
    position BIGINT NOT NULL,
    name     JSONB NOT NULL,
    address  TEXT NOT NULL DEFAULT ''
);
CREATE INDEX venues_edition ON venues (edition, position);

-- room: editions
CREATE TABLE rooms (
    id            TEXT PRIMARY KEY,
    edition       TEXT NOT NULL REFERENCES editions (id),
    venue         TEXT NOT NULL DEFAULT '',
    position      BIGINT NOT NULL,
    slug          TEXT NOT NULL,
    name          JSONB NOT NULL,
    capacity      BIGINT NOT NULL DEFAULT 0,
    aliases       JSONB NOT NULL,
    accessibility JSONB NOT NULL,
    informal      BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (edition, slug)
);

-- room: editions
CREATE TABLE themes (
    id       TEXT PRIMARY KEY,
    edition  TEXT NOT NULL REFERENCES editions (id),
    position BIGINT NOT NULL,
    slug     TEXT NOT NULL,
    colour   BIGINT NOT NULL,
    name     JSONB NOT NULL,
    about    JSONB NOT NULL,
    UNIQUE (edition, slug)
);

-- room: editions
CREATE TABLE policy_questions (
    id       TEXT PRIMARY KEY,
    edition  TEXT NOT NULL REFERENCES editions (id),
    position BIGINT NOT NULL,
    number   TEXT NOT NULL,
    theme    TEXT NOT NULL DEFAULT '',
    question JSONB NOT NULL,
    UNIQUE (edition, number)
);

-- room: editions
CREATE TABLE edition_figures (
    id        TEXT PRIMARY KEY,
    edition   TEXT NOT NULL REFERENCES editions (id),
    position  BIGINT NOT NULL,
    indicator TEXT NOT NULL,
    qualifier TEXT NOT NULL DEFAULT '',
    amount    BIGINT NOT NULL,
    note      TEXT NOT NULL DEFAULT '',
    source    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX edition_figures_edition ON edition_figures (edition, position);
