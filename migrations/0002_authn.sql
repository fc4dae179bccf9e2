-- +goose Up

-- Times of accounts are those of the forum's clock; times of sessions, links and
-- parked forms those of the machine's, so that a demo may move its clock.

-- room: authn
CREATE TABLE accounts (
    id         TEXT PRIMARY KEY,
    email      TEXT NOT NULL,
    email_key  TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL,
    lang       TEXT NOT NULL DEFAULT 'en',
    zone       TEXT NOT NULL DEFAULT '',
    person     TEXT NOT NULL DEFAULT '',
    demo_role  TEXT NOT NULL DEFAULT '',
    demo_about TEXT NOT NULL DEFAULT '',
    disabled   BOOLEAN NOT NULL DEFAULT FALSE,
    created    BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX accounts_name ON accounts (name_key, id);
CREATE UNIQUE INDEX accounts_person ON accounts (person) WHERE person <> '';
CREATE UNIQUE INDEX accounts_demo ON accounts (demo_role) WHERE demo_role <> '';

-- room: authn
CREATE TABLE account_grants (
    account TEXT NOT NULL REFERENCES accounts (id),
    role    TEXT NOT NULL,
    scope   TEXT NOT NULL,
    PRIMARY KEY (account, role, scope)
);
CREATE INDEX account_grants_role ON account_grants (role);

-- room: authn
CREATE TABLE account_sessions (
    id      TEXT PRIMARY KEY,
    hash    TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id),
    agent   TEXT NOT NULL DEFAULT '',
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX account_sessions_account ON account_sessions (account);
CREATE INDEX account_sessions_expires ON account_sessions (expires);

-- room: authn
CREATE TABLE sign_in_links (
    id        TEXT PRIMARY KEY,
    email     TEXT NOT NULL,
    email_key TEXT NOT NULL,
    address   TEXT NOT NULL,
    next      TEXT NOT NULL,
    expires   BIGINT NOT NULL,
    used      BIGINT
);
CREATE INDEX sign_in_links_expires ON sign_in_links (expires);

-- A link has a token per mail that was tried to be sent; using one uses up the link.
-- room: authn
CREATE TABLE sign_in_tokens (
    hash TEXT PRIMARY KEY,
    link TEXT NOT NULL REFERENCES sign_in_links (id) ON DELETE CASCADE
);
CREATE INDEX sign_in_tokens_link ON sign_in_tokens (link);

-- The long column stands last, so that the others are read without it.
-- room: authn
CREATE TABLE parked_forms (
    hash    TEXT PRIMARY KEY,
    size    BIGINT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    path    TEXT NOT NULL,
    body    TEXT NOT NULL
);
