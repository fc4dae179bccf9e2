-- +goose Up

-- room: documents
CREATE TABLE documents (
    id                 TEXT PRIMARY KEY,
    scope              TEXT NOT NULL,
    kind               TEXT NOT NULL,
    subject            TEXT NOT NULL DEFAULT '',
    title              JSONB NOT NULL,
    orig_lang          TEXT NOT NULL,
    licence            TEXT NOT NULL DEFAULT '',
    state              TEXT NOT NULL,
    head_revision      BIGINT NOT NULL,
    published_revision BIGINT NOT NULL DEFAULT 0,
    next_para          BIGINT NOT NULL DEFAULT 1,
    created            BIGINT NOT NULL,
    published_at       BIGINT,
    version            BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX documents_subject ON documents (kind, subject);
CREATE INDEX documents_scope ON documents (scope, kind);

-- A row whose state is published never changes again; frozen holds the very text
-- that hash was made of.
-- room: documents
CREATE TABLE document_revisions (
    id             TEXT PRIMARY KEY,
    document       TEXT NOT NULL REFERENCES documents (id),
    number         BIGINT NOT NULL,
    previous       BIGINT NOT NULL DEFAULT 0,
    state          TEXT NOT NULL,
    stage          TEXT NOT NULL DEFAULT '',
    correction     BOOLEAN NOT NULL DEFAULT FALSE,
    title          JSONB NOT NULL,
    note           TEXT NOT NULL DEFAULT '',
    author_account TEXT NOT NULL DEFAULT '',
    author_person  TEXT NOT NULL DEFAULT '',
    author_program TEXT NOT NULL DEFAULT '',
    created        BIGINT NOT NULL,
    updated        BIGINT NOT NULL,
    published_at   BIGINT,
    hash           TEXT NOT NULL DEFAULT '',
    frozen         TEXT NOT NULL DEFAULT '',
    UNIQUE (document, number)
);

-- room: documents
CREATE TABLE document_paragraphs (
    revision TEXT NOT NULL REFERENCES document_revisions (id),
    para     TEXT NOT NULL,
    position BIGINT NOT NULL,
    kind     TEXT NOT NULL,
    level    BIGINT NOT NULL DEFAULT 0,
    body     JSONB NOT NULL,
    attrs    JSONB NOT NULL,
    PRIMARY KEY (revision, para)
);

-- room: documents
CREATE TABLE document_sources (
    revision     TEXT NOT NULL REFERENCES document_revisions (id),
    para         TEXT NOT NULL,
    position     BIGINT NOT NULL,
    sentence     BIGINT NOT NULL DEFAULT 0,
    kind         TEXT NOT NULL,
    ref          TEXT NOT NULL,
    ref_revision BIGINT NOT NULL DEFAULT 0,
    note         TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (revision, para, position)
);
CREATE INDEX document_sources_ref ON document_sources (kind, ref);
