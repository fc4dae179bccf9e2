-- +goose Up

-- An import is staged, then applied as a whole, and can be taken back as a whole. The
-- source file is kept (file: its hash); source is the text as it was read.
ALTER TABLE imports ADD COLUMN state TEXT NOT NULL DEFAULT 'applied';
ALTER TABLE imports ADD COLUMN lang TEXT NOT NULL DEFAULT 'en';
ALTER TABLE imports ADD COLUMN file TEXT NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN confidence BIGINT NOT NULL DEFAULT 100;
ALTER TABLE imports ADD COLUMN open_source BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE imports ADD COLUMN options JSONB NOT NULL DEFAULT '{}';
ALTER TABLE imports ADD COLUMN notes JSONB NOT NULL DEFAULT '[]';
ALTER TABLE imports ADD COLUMN staged_at BIGINT;
ALTER TABLE imports ADD COLUMN undone_at BIGINT;
ALTER TABLE imports ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE INDEX imports_file ON imports (file);

-- What a source offers, and what is to become of each.
-- room: archive
CREATE TABLE import_staged (
    import      TEXT NOT NULL REFERENCES imports (id),
    position    BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    label       TEXT NOT NULL,
    place       JSONB NOT NULL,
    confidence  BIGINT NOT NULL,
    found       JSONB NOT NULL,
    choice      TEXT NOT NULL,
    target      TEXT NOT NULL DEFAULT '',
    subject     TEXT NOT NULL DEFAULT '',
    suggestions JSONB NOT NULL,
    changes     JSONB NOT NULL,
    edited      BOOLEAN NOT NULL DEFAULT FALSE,
    version     BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (import, position)
);

-- Rows of the things that an import touched, before and after it.
-- room: archive
CREATE TABLE import_kept (
    import TEXT NOT NULL REFERENCES imports (id),
    kind   TEXT NOT NULL,
    made   BOOLEAN NOT NULL,
    ids    JSONB NOT NULL,
    was    JSONB NOT NULL,
    now_is JSONB NOT NULL,
    PRIMARY KEY (import, kind, made)
);

-- By what a thing is called in the files of other programs.
-- room: archive
CREATE TABLE import_keys (
    edition TEXT NOT NULL REFERENCES editions (id),
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    subject TEXT NOT NULL,
    import  TEXT NOT NULL REFERENCES imports (id),
    PRIMARY KEY (edition, kind, key)
);
CREATE INDEX import_keys_subject ON import_keys (subject);

-- Prints of the paragraphs of a document, to find the same ones in later documents.
-- room: archive
CREATE TABLE import_prints (
    import   TEXT NOT NULL REFERENCES imports (id),
    position BIGINT NOT NULL,
    print    JSONB NOT NULL,
    PRIMARY KEY (import, position)
);

-- Which column of a table was what: remembered for the next table with these heads.
-- room: archive
CREATE TABLE import_mappings (
    heads   TEXT PRIMARY KEY,
    mapping JSONB NOT NULL,
    at      BIGINT NOT NULL
);
