-- +goose Up

-- Times of proofs, links, states and rescues are those of the machine's clock; of what an account
-- has, and of invitations, those of the forum's.

-- Every verified address of an account, the primary one too, which accounts.email is.
-- room: authn
CREATE TABLE account_addresses (
    email_key TEXT PRIMARY KEY,
    account   TEXT NOT NULL REFERENCES accounts (id),
    email     TEXT NOT NULL,
    created   BIGINT NOT NULL
);
CREATE INDEX account_addresses_account ON account_addresses (account);
INSERT INTO account_addresses (email_key, account, email, created)
    SELECT email_key, id, email, created FROM accounts WHERE email_key NOT LIKE 'erased/%';

-- The account that this one became part of; nobody signs in with this one any more.
ALTER TABLE accounts ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
CREATE INDEX accounts_merged ON accounts (merged_into);

-- When who sits there last proved who she is.
ALTER TABLE account_sessions ADD COLUMN proved BIGINT;

-- What a link does besides signing in: for which account, and with which invitation or rescue.
ALTER TABLE sign_in_links ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_in_links ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE sign_in_links ADD COLUMN ref TEXT NOT NULL DEFAULT '';
CREATE INDEX sign_in_links_account ON sign_in_links (account, kind);

-- Passkeys. handle is what the key calls its owner: the account for which it was made, also
-- after that became part of another. doubted: its counter went back, so it may be a copy.
-- room: authn
CREATE TABLE account_passkeys (
    id         TEXT PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES accounts (id),
    handle     TEXT NOT NULL,
    credential TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    created    BIGINT NOT NULL,
    used       BIGINT,
    doubted    BIGINT,
    data       TEXT NOT NULL
);
CREATE INDEX account_passkeys_account ON account_passkeys (account);

-- Whom an account is known as elsewhere.
-- room: authn
CREATE TABLE account_identities (
    id       TEXT PRIMARY KEY,
    account  TEXT NOT NULL REFERENCES accounts (id),
    provider TEXT NOT NULL,
    issuer   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    email    TEXT NOT NULL DEFAULT '',
    created  BIGINT NOT NULL,
    used     BIGINT,
    UNIQUE (issuer, subject)
);
CREATE INDEX account_identities_account ON account_identities (account);

-- Recovery codes: what is stored of them, one use each.
-- room: authn
CREATE TABLE account_codes (
    hash    TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id),
    created BIGINT NOT NULL,
    used    BIGINT
);
CREATE INDEX account_codes_account ON account_codes (account);

-- What a browser is in the middle of: the challenge of a passkey, a sign-in elsewhere.
-- room: authn
CREATE TABLE sign_in_states (
    hash    TEXT PRIMARY KEY,
    kind    TEXT NOT NULL,
    expires BIGINT NOT NULL,
    data    TEXT NOT NULL
);
CREATE INDEX sign_in_states_expires ON sign_in_states (expires);

-- room: authn
CREATE TABLE account_invitations (
    id         TEXT PRIMARY KEY,
    email      TEXT NOT NULL,
    email_key  TEXT NOT NULL,
    name       TEXT NOT NULL DEFAULT '',
    roles      TEXT NOT NULL DEFAULT '',
    scope      TEXT NOT NULL DEFAULT 'forum',
    lang       TEXT NOT NULL DEFAULT 'en',
    by_account TEXT NOT NULL DEFAULT '',
    created    BIGINT NOT NULL,
    sent       BIGINT NOT NULL,
    times      BIGINT NOT NULL DEFAULT 1,
    expires    BIGINT NOT NULL,
    accepted   BIGINT,
    account    TEXT NOT NULL DEFAULT '',
    revoked    BIGINT,
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX account_invitations_email ON account_invitations (email_key);
CREATE INDEX account_invitations_created ON account_invitations (created, id);

-- Accounts whose owner reaches none of their addresses: what an administrator asked for, the
-- day on which the link goes out, and how it ended.
-- room: authn
CREATE TABLE account_rescues (
    id         TEXT PRIMARY KEY,
    account    TEXT NOT NULL REFERENCES accounts (id),
    email      TEXT NOT NULL,
    email_key  TEXT NOT NULL,
    reason     TEXT NOT NULL,
    by_account TEXT NOT NULL DEFAULT '',
    asked      BIGINT NOT NULL,
    due        BIGINT NOT NULL,
    sent       BIGINT,
    used       BIGINT,
    stopped    BIGINT,
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX account_rescues_account ON account_rescues (account);
CREATE INDEX account_rescues_due ON account_rescues (due);
