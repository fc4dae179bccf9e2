-- +goose Up

-- A round in which proposals of a call are read and scored.
-- room: review
CREATE TABLE review_phases (
    id         TEXT PRIMARY KEY,
    call       TEXT NOT NULL REFERENCES calls (id),
    number     BIGINT NOT NULL,
    name       JSONB NOT NULL,
    opens      BIGINT NOT NULL,
    closes     BIGINT NOT NULL,
    zone       TEXT NOT NULL,
    reviews    BIGINT NOT NULL,
    min_load   BIGINT NOT NULL,
    max_load   BIGINT NOT NULL,
    of_group   BIGINT NOT NULL DEFAULT 0,
    langs      TEXT NOT NULL,
    blind      BOOLEAN NOT NULL,
    named      BOOLEAN NOT NULL,
    bidding    BOOLEAN NOT NULL,
    shown      TEXT NOT NULL,
    discussion TEXT NOT NULL,
    feedback   TEXT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1,
    UNIQUE (call, number)
);

-- What reviewers give marks for.
-- room: review
CREATE TABLE review_criteria (
    id        TEXT PRIMARY KEY,
    call      TEXT NOT NULL REFERENCES calls (id),
    position  BIGINT NOT NULL,
    label     JSONB NOT NULL,
    about     JSONB NOT NULL,
    weight    BIGINT NOT NULL,
    anchors   JSONB NOT NULL,
    threshold BIGINT NOT NULL,
    version   BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX review_criteria_call ON review_criteria (call, position);

-- Who reviews a call. Without an account she is known by her address.
-- room: review
CREATE TABLE review_reviewers (
    id           TEXT PRIMARY KEY,
    call         TEXT NOT NULL REFERENCES calls (id),
    account      TEXT NOT NULL DEFAULT '',
    person       TEXT NOT NULL DEFAULT '',
    email        TEXT NOT NULL DEFAULT '',
    email_key    TEXT NOT NULL DEFAULT '',
    name         TEXT NOT NULL,
    body         TEXT NOT NULL DEFAULT '',
    stakeholder  TEXT NOT NULL DEFAULT '',
    region       TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    langs        JSONB NOT NULL,
    topics       JSONB NOT NULL,
    min_load     BIGINT NOT NULL,
    max_load     BIGINT NOT NULL,
    gone         BOOLEAN NOT NULL DEFAULT FALSE,
    created      BIGINT NOT NULL,
    version      BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX review_reviewers_email ON review_reviewers (call, email_key) WHERE email_key <> '';
CREATE INDEX review_reviewers_account ON review_reviewers (account);
CREATE INDEX review_reviewers_key ON review_reviewers (email_key);

-- What was said of a conflict: declared, or what staff have overruled. What the program
-- detects is not stored: it follows from the people as they stand.
-- room: review
CREATE TABLE review_conflicts (
    reviewer  TEXT NOT NULL REFERENCES review_reviewers (id),
    proposal  TEXT NOT NULL REFERENCES proposals (id),
    declared  TEXT NOT NULL DEFAULT '',
    words     TEXT NOT NULL DEFAULT '',
    overruled TEXT NOT NULL DEFAULT '',
    codes     JSONB NOT NULL,
    by_name   TEXT NOT NULL DEFAULT '',
    at        BIGINT NOT NULL,
    PRIMARY KEY (reviewer, proposal)
);

-- How gladly somebody would read a proposal.
-- room: review
CREATE TABLE review_bids (
    reviewer TEXT NOT NULL REFERENCES review_reviewers (id),
    proposal TEXT NOT NULL REFERENCES proposals (id),
    bid      TEXT NOT NULL,
    PRIMARY KEY (reviewer, proposal)
);

-- Who reads what.
-- room: review
CREATE TABLE review_assignments (
    phase    TEXT NOT NULL REFERENCES review_phases (id),
    proposal TEXT NOT NULL REFERENCES proposals (id),
    reviewer TEXT NOT NULL REFERENCES review_reviewers (id),
    pinned   BOOLEAN NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (phase, proposal, reviewer)
);
CREATE INDEX review_assignments_reviewer ON review_assignments (reviewer, phase);

-- What a reviewer says of a proposal.
-- room: review
CREATE TABLE review_reviews (
    phase         TEXT NOT NULL REFERENCES review_phases (id),
    proposal      TEXT NOT NULL REFERENCES proposals (id),
    reviewer      TEXT NOT NULL REFERENCES review_reviewers (id),
    state         TEXT NOT NULL,
    marks         JSONB NOT NULL,
    for_proposer  TEXT NOT NULL DEFAULT '',
    for_committee TEXT NOT NULL DEFAULT '',
    reason        TEXT NOT NULL DEFAULT '',
    updated       BIGINT NOT NULL,
    submitted     BIGINT,
    version       BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (phase, proposal, reviewer)
);
CREATE INDEX review_reviews_reviewer ON review_reviews (reviewer, phase);

-- What reviewers and staff say to one another about a proposal.
-- room: review
CREATE TABLE review_remarks (
    id       TEXT PRIMARY KEY,
    phase    TEXT NOT NULL REFERENCES review_phases (id),
    proposal TEXT NOT NULL REFERENCES proposals (id),
    reviewer TEXT NOT NULL DEFAULT '',
    account  TEXT NOT NULL,
    name     TEXT NOT NULL,
    body     TEXT NOT NULL,
    at       BIGINT NOT NULL
);
CREATE INDEX review_remarks_proposal ON review_remarks (phase, proposal, at);

-- When somebody was reminded last.
-- room: review
CREATE TABLE review_reminders (
    phase    TEXT NOT NULL REFERENCES review_phases (id),
    reviewer TEXT NOT NULL REFERENCES review_reviewers (id),
    step     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (phase, reviewer, step)
);
