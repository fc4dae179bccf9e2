-- +goose Up

-- How a person gets the mails about which she has a choice: now, daily, weekly or none. Who
-- has chosen nothing gets them now.
-- room: mail
CREATE TABLE mail_choices (
    account   TEXT PRIMARY KEY,
    reminders TEXT NOT NULL DEFAULT 'now',
    notices   TEXT NOT NULL DEFAULT 'now',
    changed   BIGINT NOT NULL,
    version   BIGINT NOT NULL DEFAULT 1
);

-- Mails that wait for their collection. due is the machine's time; told is empty until the
-- collection is queued, and the row stays for a while so that nothing is told twice.
-- room: mail
CREATE TABLE mail_gathered (
    id         TEXT PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    account    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    ref        TEXT NOT NULL DEFAULT '',
    to_addr    TEXT NOT NULL,
    to_name    TEXT NOT NULL DEFAULT '',
    lang       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    text       TEXT NOT NULL,
    expires    BIGINT,
    queued     BIGINT NOT NULL,
    due        BIGINT NOT NULL,
    told       BIGINT
);
CREATE INDEX mail_gathered_due ON mail_gathered (told, due, account);
