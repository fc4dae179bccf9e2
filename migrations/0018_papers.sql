-- +goose Up

-- A text that is neither a session's report nor Messages: a statement, a paper of a body,
-- a joint statement, an output of a track, a daily summary. Its words are a document, or
-- only an address. An empty value says that it belongs to none.
-- room: papers
CREATE TABLE papers (
    id             TEXT PRIMARY KEY,
    scope          TEXT NOT NULL,
    kind           TEXT NOT NULL,
    edition        TEXT NOT NULL DEFAULT '',
    body           TEXT NOT NULL DEFAULT '',
    session        TEXT NOT NULL DEFAULT '',
    document       TEXT NOT NULL DEFAULT '',
    url            TEXT NOT NULL DEFAULT '',
    file           TEXT NOT NULL DEFAULT '',
    title          JSONB NOT NULL,
    by_words       TEXT NOT NULL DEFAULT '',
    person         TEXT NOT NULL DEFAULT '',
    organisation   TEXT NOT NULL DEFAULT '',
    unofficial     BOOLEAN NOT NULL DEFAULT FALSE,
    licence        TEXT NOT NULL DEFAULT '',
    day            TEXT NOT NULL DEFAULT '',
    state          TEXT NOT NULL,
    open_draft     BOOLEAN NOT NULL DEFAULT FALSE,
    with_brackets  BOOLEAN NOT NULL DEFAULT FALSE,
    endorse_from   BIGINT,
    endorse_until  BIGINT,
    endorse_zone   TEXT NOT NULL DEFAULT '',
    created        BIGINT NOT NULL,
    published      BIGINT,
    finalised      BIGINT,
    version        BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX papers_edition ON papers (edition);
CREATE INDEX papers_body ON papers (body);
CREATE INDEX papers_session ON papers (session);
CREATE INDEX papers_document ON papers (document);
CREATE INDEX papers_person ON papers (person);
CREATE INDEX papers_organisation ON papers (organisation);

-- One row per signature under a revision of a joint statement. Who signed, and for whom,
-- stands as it was on that day. A signature is never deleted: it is withdrawn, disputed,
-- or followed by one under a later revision.
-- room: papers
CREATE TABLE paper_endorsements (
    id              TEXT PRIMARY KEY,
    paper           TEXT NOT NULL REFERENCES papers (id),
    account         TEXT NOT NULL DEFAULT '',
    person          TEXT NOT NULL,
    organisation    TEXT NOT NULL DEFAULT '',
    snapshot        JSONB NOT NULL,
    org_name        JSONB NOT NULL,
    stakeholder     TEXT NOT NULL DEFAULT '',
    entitled        BOOLEAN NOT NULL DEFAULT FALSE,
    revision        BIGINT NOT NULL,
    state           TEXT NOT NULL,
    reservation     JSONB NOT NULL,
    para            TEXT NOT NULL DEFAULT '',
    lang            TEXT NOT NULL DEFAULT '',
    reason          TEXT NOT NULL DEFAULT '',
    acted_by        TEXT NOT NULL DEFAULT '',
    signed          BIGINT NOT NULL,
    ended           BIGINT,
    version         BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX paper_endorsements_paper ON paper_endorsements (paper, state);
CREATE INDEX paper_endorsements_person ON paper_endorsements (person);
CREATE INDEX paper_endorsements_organisation ON paper_endorsements (organisation);
CREATE UNIQUE INDEX paper_endorsements_once ON paper_endorsements (paper, person, organisation) WHERE state IN ('signed', 'disputed');
