-- +goose Up

-- room: vocab
CREATE TABLE vocab_terms (
    vocab       TEXT NOT NULL,
    code        TEXT NOT NULL,
    label       JSONB NOT NULL,
    place       BIGINT NOT NULL,
    rank        BIGINT NOT NULL DEFAULT 0,
    valid_from  TEXT NOT NULL DEFAULT '',
    valid_until TEXT NOT NULL DEFAULT '',
    attrs       JSONB NOT NULL,
    edited      BOOLEAN NOT NULL DEFAULT FALSE,
    version     BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (vocab, code)
);

-- Names that the secretariat has given to countries, per language; the others come
-- with the program. The version is that of the country's form.
-- room: vocab
CREATE TABLE country_names (
    alpha2  TEXT PRIMARY KEY,
    name    JSONB NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

-- room: vocab
CREATE TABLE country_classes (
    alpha2     TEXT NOT NULL,
    class      TEXT NOT NULL,
    from_date  TEXT NOT NULL DEFAULT '',
    until_date TEXT NOT NULL DEFAULT '',
    scheduled  BOOLEAN NOT NULL DEFAULT FALSE,
    source     TEXT NOT NULL DEFAULT '',
    recalled   BOOLEAN NOT NULL DEFAULT FALSE,
    note       TEXT NOT NULL DEFAULT '',
    removed    BOOLEAN NOT NULL DEFAULT FALSE,
    edited     BOOLEAN NOT NULL DEFAULT FALSE,
    version    BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (alpha2, class)
);
