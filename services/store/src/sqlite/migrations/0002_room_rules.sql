-- The rules of the room: alarms without an incident, resources of other kinds, and repeat callers by a keyed hash.

CREATE TABLE alarms_new (
    log_id       TEXT NOT NULL,
    alarm_id     BLOB NOT NULL,
    kind         TEXT NOT NULL,
    incident_id  BLOB,
    unit_id      TEXT,
    station      TEXT NOT NULL,
    standing     INTEGER NOT NULL,
    raised_at_ms INTEGER NOT NULL,
    ended_at_ms  INTEGER,
    revision     INTEGER NOT NULL,
    image        TEXT NOT NULL,
    PRIMARY KEY (log_id, alarm_id)
) STRICT, WITHOUT ROWID;
INSERT INTO alarms_new SELECT * FROM alarms;
DROP TABLE alarms;
ALTER TABLE alarms_new RENAME TO alarms;

-- Requests for support, shifts, wartime mode, premise notes: whole, as JSON.
CREATE TABLE resources (
    log_id      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    resource_id BLOB NOT NULL,
    revision    INTEGER NOT NULL,
    image       TEXT NOT NULL,
    PRIMARY KEY (log_id, kind, resource_id)
) STRICT, WITHOUT ROWID;

-- Whose call it was, as HMAC-SHA-256 of the phone number: it goes with its row when that is erased.
ALTER TABLE vault ADD COLUMN caller_hash BLOB;
ALTER TABLE vault ADD COLUMN incident_id BLOB;
CREATE INDEX vault_by_caller ON vault (log_id, caller_hash, private_ref) WHERE caller_hash IS NOT NULL;

-- What never leaves this file. The caller key is no secret from who can read the vault beside it: it keeps hashes of two
-- installations from being compared.
CREATE TABLE secrets (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO secrets (name, value) VALUES ('caller_key', randomblob(32));
