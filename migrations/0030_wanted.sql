-- +goose Up

ALTER TABLE calls ADD COLUMN wanted BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE proposals ADD COLUMN wanted BOOLEAN NOT NULL DEFAULT FALSE;

-- Who would speak, or whom somebody names, where a proposal looks for a speaker.
-- room: proposals
CREATE TABLE proposal_offers (
    id           TEXT PRIMARY KEY,
    proposal     TEXT NOT NULL REFERENCES proposals (id),
    profile      TEXT NOT NULL,
    account      TEXT NOT NULL,
    self         BOOLEAN NOT NULL,
    name         TEXT NOT NULL,
    email        TEXT NOT NULL,
    organisation TEXT NOT NULL DEFAULT '',
    stakeholder  TEXT NOT NULL DEFAULT '',
    country      TEXT NOT NULL DEFAULT '',
    words        TEXT NOT NULL DEFAULT '',
    state        TEXT NOT NULL,
    at           BIGINT NOT NULL,
    answered     BIGINT
);
CREATE INDEX proposal_offers_proposal ON proposal_offers (proposal, at);
CREATE INDEX proposal_offers_account ON proposal_offers (account);

-- Proposers who would merge their proposal with another, and what its proposers say.
-- room: proposals
CREATE TABLE proposal_merges (
    id         TEXT PRIMARY KEY,
    call       TEXT NOT NULL REFERENCES calls (id),
    proposal   TEXT NOT NULL REFERENCES proposals (id),
    other      TEXT NOT NULL REFERENCES proposals (id),
    by_account TEXT NOT NULL,
    by_name    TEXT NOT NULL,
    words      TEXT NOT NULL DEFAULT '',
    state      TEXT NOT NULL,
    reply      TEXT NOT NULL DEFAULT '',
    reply_name TEXT NOT NULL DEFAULT '',
    at         BIGINT NOT NULL,
    answered   BIGINT
);
CREATE UNIQUE INDEX proposal_merges_pair ON proposal_merges (proposal, other);
CREATE INDEX proposal_merges_other ON proposal_merges (other);
CREATE INDEX proposal_merges_call ON proposal_merges (call);
