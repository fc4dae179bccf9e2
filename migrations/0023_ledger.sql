-- +goose Up

-- A call to action: a paragraph of a published text that asks somebody for something.
-- Its words are kept as they stand in the text now; the text itself is a document.
-- room: ledger
CREATE TABLE ledger_calls (
    id            TEXT PRIMARY KEY,
    ref           TEXT NOT NULL UNIQUE,
    document      TEXT NOT NULL,
    source        TEXT NOT NULL,
    edition       TEXT NOT NULL DEFAULT '',
    session       TEXT NOT NULL DEFAULT '',
    words         JSONB NOT NULL,
    words_key     TEXT NOT NULL DEFAULT '',
    to_codes      JSONB NOT NULL,
    to_key        TEXT NOT NULL DEFAULT '',
    to_as         TEXT NOT NULL DEFAULT '',
    called        BIGINT NOT NULL,
    state         TEXT NOT NULL,
    answered      BIGINT,
    superseded_by TEXT NOT NULL DEFAULT '',
    note          TEXT NOT NULL DEFAULT '',
    asked         BIGINT,
    version       BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ledger_calls_edition ON ledger_calls (edition, called);
CREATE INDEX ledger_calls_session ON ledger_calls (session);
CREATE INDEX ledger_calls_document ON ledger_calls (document);
CREATE INDEX ledger_calls_state ON ledger_calls (state, called);

-- Organisations that a call addresses, as the rapporteur chose or the staff confirmed.
-- room: ledger
CREATE TABLE ledger_addressees (
    call         TEXT NOT NULL REFERENCES ledger_calls (id),
    organisation TEXT NOT NULL REFERENCES organisations (id),
    PRIMARY KEY (call, organisation)
);
CREATE INDEX ledger_addressees_organisation ON ledger_addressees (organisation);

-- What an organisation says to a call, or promises by itself.
-- room: ledger
CREATE TABLE ledger_commitments (
    id           TEXT PRIMARY KEY,
    ledger_call  TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL REFERENCES organisations (id),
    kind         TEXT NOT NULL,
    state        TEXT NOT NULL,
    edition      TEXT NOT NULL DEFAULT '',
    session      TEXT NOT NULL DEFAULT '',
    words        JSONB NOT NULL,
    said         TEXT NOT NULL,
    due          TEXT NOT NULL DEFAULT '',
    contact      TEXT NOT NULL DEFAULT '',
    account      TEXT NOT NULL DEFAULT '',
    person       TEXT NOT NULL DEFAULT '',
    made         BIGINT NOT NULL,
    confirmed    BIGINT,
    confirmed_by TEXT NOT NULL DEFAULT '',
    updated      BIGINT NOT NULL,
    asked_due    TEXT NOT NULL DEFAULT '',
    version      BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ledger_commitments_call ON ledger_commitments (ledger_call);
CREATE INDEX ledger_commitments_organisation ON ledger_commitments (organisation, made);
CREATE INDEX ledger_commitments_session ON ledger_commitments (session);

-- How a commitment went on. Nothing is taken away.
-- room: ledger
CREATE TABLE ledger_updates (
    id            TEXT PRIMARY KEY,
    commitment    TEXT NOT NULL REFERENCES ledger_commitments (id),
    state         TEXT NOT NULL,
    words         JSONB NOT NULL,
    due           TEXT NOT NULL DEFAULT '',
    account       TEXT NOT NULL DEFAULT '',
    person        TEXT NOT NULL DEFAULT '',
    at            BIGINT NOT NULL
);
CREATE INDEX ledger_updates_commitment ON ledger_updates (commitment, at);

-- Links and kept copies that show something: of updates, outside documents, deliveries.
-- room: ledger
CREATE TABLE ledger_evidence (
    id       TEXT PRIMARY KEY,
    owner    TEXT NOT NULL,
    subject  TEXT NOT NULL,
    position BIGINT NOT NULL,
    title    TEXT NOT NULL,
    url      TEXT NOT NULL DEFAULT '',
    hash     TEXT NOT NULL DEFAULT '',
    at       BIGINT NOT NULL
);
CREATE INDEX ledger_evidence_owner ON ledger_evidence (owner, position);

-- Doubts that somebody has about a commitment, with the staff's answer.
-- room: ledger
CREATE TABLE ledger_flags (
    id         TEXT PRIMARY KEY,
    commitment TEXT NOT NULL REFERENCES ledger_commitments (id),
    reason     TEXT NOT NULL,
    account    TEXT NOT NULL DEFAULT '',
    person     TEXT NOT NULL DEFAULT '',
    at         BIGINT NOT NULL,
    answer     TEXT NOT NULL DEFAULT '',
    answered   BIGINT
);
CREATE INDEX ledger_flags_commitment ON ledger_flags (commitment, at);

-- One topic over the years.
-- room: ledger
CREATE TABLE ledger_issues (
    id      TEXT PRIMARY KEY,
    slug    TEXT NOT NULL UNIQUE,
    name    JSONB NOT NULL,
    about   JSONB NOT NULL,
    words   JSONB NOT NULL,
    created BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

-- room: ledger
CREATE TABLE ledger_issue_items (
    issue TEXT NOT NULL REFERENCES ledger_issues (id),
    kind  TEXT NOT NULL,
    ref   TEXT NOT NULL,
    note  TEXT NOT NULL DEFAULT '',
    at    BIGINT NOT NULL,
    PRIMARY KEY (issue, kind, ref)
);
CREATE INDEX ledger_issue_items_ref ON ledger_issue_items (kind, ref);

-- What goes on elsewhere: a compact, a review, a commission.
-- room: ledger
CREATE TABLE ledger_processes (
    id         TEXT PRIMARY KEY,
    slug       TEXT NOT NULL UNIQUE,
    name       JSONB NOT NULL,
    about      JSONB NOT NULL,
    url        TEXT NOT NULL DEFAULT '',
    milestones JSONB NOT NULL,
    created    BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);

-- Where an outcome was sent: the distribution log, and what was submitted to a process.
-- room: ledger
CREATE TABLE ledger_deliveries (
    id       TEXT PRIMARY KEY,
    process  TEXT NOT NULL DEFAULT '',
    document TEXT NOT NULL,
    revision BIGINT NOT NULL,
    day      TEXT NOT NULL,
    by_whom  TEXT NOT NULL DEFAULT '',
    to_whom  TEXT NOT NULL,
    form     TEXT NOT NULL,
    receipt  TEXT NOT NULL DEFAULT '',
    url      TEXT NOT NULL DEFAULT '',
    made     BIGINT NOT NULL
);
CREATE INDEX ledger_deliveries_process ON ledger_deliveries (process, day);
CREATE INDEX ledger_deliveries_document ON ledger_deliveries (document, day);

-- Documents of others that cite the forum or are cited in it.
-- room: ledger
CREATE TABLE ledger_references (
    id         TEXT PRIMARY KEY,
    title      JSONB NOT NULL,
    title_key  TEXT NOT NULL DEFAULT '',
    symbol     TEXT NOT NULL DEFAULT '',
    symbol_key TEXT NOT NULL DEFAULT '',
    url        TEXT NOT NULL DEFAULT '',
    issuer     TEXT NOT NULL DEFAULT '',
    day        TEXT NOT NULL DEFAULT '',
    process    TEXT NOT NULL DEFAULT '',
    created    BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX ledger_references_symbol ON ledger_references (symbol_key);

-- A document of others cites a text of the forum.
-- room: ledger
CREATE TABLE ledger_citations (
    id        TEXT PRIMARY KEY,
    reference TEXT NOT NULL REFERENCES ledger_references (id),
    document  TEXT NOT NULL,
    ref       TEXT NOT NULL,
    place     TEXT NOT NULL DEFAULT '',
    quote     TEXT NOT NULL DEFAULT '',
    at        BIGINT NOT NULL,
    UNIQUE (reference, ref, place)
);
CREATE INDEX ledger_citations_ref ON ledger_citations (document, ref);

-- A document of others was cited in a session, maybe at a moment of it.
-- room: ledger
CREATE TABLE ledger_mentions (
    id        TEXT PRIMARY KEY,
    reference TEXT NOT NULL REFERENCES ledger_references (id),
    session   TEXT NOT NULL,
    edition   TEXT NOT NULL,
    segment   TEXT NOT NULL DEFAULT '',
    note      TEXT NOT NULL DEFAULT '',
    at        BIGINT NOT NULL,
    UNIQUE (reference, session, segment)
);
CREATE INDEX ledger_mentions_session ON ledger_mentions (session);

-- An output was made from an earlier one.
-- room: ledger
CREATE TABLE ledger_derivations (
    id      TEXT PRIMARY KEY,
    later   TEXT NOT NULL,
    earlier TEXT NOT NULL,
    note    TEXT NOT NULL DEFAULT '',
    at      BIGINT NOT NULL,
    UNIQUE (later, earlier)
);
CREATE INDEX ledger_derivations_earlier ON ledger_derivations (earlier);
