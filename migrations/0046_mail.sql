-- +goose Up

-- A mail that is tried anew has its tries counted from here.
ALTER TABLE outbox ADD COLUMN retried BIGINT NOT NULL DEFAULT 0;

-- What became of a mail, try by try, and what came back about it later. answer is what a mail
-- server said; it goes with the text of the mail. ref names a message that came back, so that
-- it counts once. at is by the machine's clock.
-- room: mail
CREATE TABLE mail_tries (
    id     TEXT PRIMARY KEY,
    mail   TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    what   TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '',
    ref    TEXT NOT NULL DEFAULT '',
    at     BIGINT NOT NULL
);
CREATE INDEX mail_tries_mail ON mail_tries (mail, at, id);
CREATE INDEX mail_tries_what ON mail_tries (what, at);

-- What the staff holds back: mails of a kind, or all where kind is empty; those for which
-- somebody waits at a screen only where urgent says so.
-- room: mail
CREATE TABLE mail_holds (
    id      TEXT PRIMARY KEY,
    kind    TEXT NOT NULL UNIQUE,
    reason  TEXT NOT NULL,
    urgent  BOOLEAN NOT NULL DEFAULT FALSE,
    account TEXT NOT NULL DEFAULT '',
    created BIGINT NOT NULL
);

-- Addresses at which mails do not arrive. mail is the one that came back; tested is when a
-- mail was last sent there to try it.
-- room: mail
CREATE TABLE mail_unreachable (
    id        TEXT PRIMARY KEY,
    email     TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    why       TEXT NOT NULL,
    status    TEXT NOT NULL DEFAULT '',
    mail      TEXT NOT NULL DEFAULT '',
    tested    BIGINT,
    created   BIGINT NOT NULL
);
