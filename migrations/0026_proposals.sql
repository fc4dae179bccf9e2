-- +goose Up

-- What somebody answered to a call.
-- room: proposals
CREATE TABLE proposals (
    id           TEXT PRIMARY KEY,
    call         TEXT NOT NULL REFERENCES calls (id),
    edition      TEXT NOT NULL DEFAULT '',
    number       BIGINT NOT NULL DEFAULT 0,
    form_version BIGINT NOT NULL,
    state        TEXT NOT NULL,
    lang         TEXT NOT NULL,
    answers      JSONB NOT NULL,
    title        TEXT NOT NULL,
    account      TEXT NOT NULL,
    person       TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    org_key      TEXT NOT NULL DEFAULT '',
    copied_from  TEXT NOT NULL DEFAULT '',
    note         TEXT NOT NULL DEFAULT '',
    created      BIGINT NOT NULL,
    updated      BIGINT NOT NULL,
    submitted    BIGINT,
    version      BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX proposals_call ON proposals (call, state, number);
CREATE UNIQUE INDEX proposals_number ON proposals (call, number) WHERE number > 0;
CREATE INDEX proposals_account ON proposals (account, updated);
CREATE INDEX proposals_edition ON proposals (edition, state);
CREATE INDEX proposals_org ON proposals (call, org_key);

-- Every state in which a submitted answer was saved, as it was.
-- room: proposals
CREATE TABLE proposal_revisions (
    proposal     TEXT NOT NULL REFERENCES proposals (id),
    number       BIGINT NOT NULL,
    form_version BIGINT NOT NULL,
    answers      JSONB NOT NULL,
    at           BIGINT NOT NULL,
    by_account   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (proposal, number)
);

-- The people named in an answer: as the proposer names them, and what they say themselves.
-- room: proposals
CREATE TABLE proposal_people (
    id           TEXT PRIMARY KEY,
    proposal     TEXT NOT NULL REFERENCES proposals (id),
    question     TEXT NOT NULL,
    means        TEXT NOT NULL DEFAULT '',
    position     BIGINT NOT NULL,
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL,
    email        TEXT NOT NULL DEFAULT '',
    email_key    TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    stakeholder  TEXT NOT NULL DEFAULT '',
    country      TEXT NOT NULL DEFAULT '',
    gender       TEXT NOT NULL DEFAULT '',
    onsite       TEXT NOT NULL DEFAULT '',
    asked        BOOLEAN NOT NULL DEFAULT FALSE,
    state        TEXT NOT NULL,
    own          BOOLEAN NOT NULL DEFAULT FALSE,
    person       TEXT NOT NULL DEFAULT '',
    lang         TEXT NOT NULL DEFAULT '',
    token        TEXT NOT NULL DEFAULT '',
    invited      BIGINT,
    answered     BIGINT,
    gone         BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX proposal_people_proposal ON proposal_people (proposal, position);
CREATE INDEX proposal_people_email ON proposal_people (email_key);
CREATE INDEX proposal_people_name ON proposal_people (name_key);
CREATE UNIQUE INDEX proposal_people_token ON proposal_people (token) WHERE token <> '';

-- What screening found, rule by rule; overruled says why a broken rule does not count.
-- room: proposals
CREATE TABLE proposal_findings (
    proposal  TEXT NOT NULL REFERENCES proposals (id),
    rule      TEXT NOT NULL,
    outcome   TEXT NOT NULL,
    args      JSONB NOT NULL,
    overruled TEXT NOT NULL DEFAULT '',
    by_name   TEXT NOT NULL DEFAULT '',
    at        BIGINT NOT NULL,
    PRIMARY KEY (proposal, rule)
);
