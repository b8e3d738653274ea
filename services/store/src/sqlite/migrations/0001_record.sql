-- The record: events and everything that is durable in the same commit. Ids are 16-byte UUIDs, hashes are SHA-256, times are
-- milliseconds since 1970, positions are WGS-84 degrees x 10^7.

CREATE TABLE heads (
    log_id TEXT PRIMARY KEY,
    seq    INTEGER NOT NULL,
    hash   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- `bytes` is the record; the columns after it are an index to it.
CREATE TABLE events (
    log_id         TEXT NOT NULL,
    seq            INTEGER NOT NULL,
    hash           BLOB NOT NULL,
    bytes          BLOB NOT NULL,
    name           TEXT NOT NULL,
    incident_id    BLOB,
    recorded_at_ms INTEGER NOT NULL,
    PRIMARY KEY (log_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_of_incident ON events (log_id, incident_id, seq) WHERE incident_id IS NOT NULL;

CREATE TABLE requests (
    principal_id   TEXT NOT NULL,
    request_id     BLOB NOT NULL,
    log_id         TEXT NOT NULL,
    digest         BLOB NOT NULL,
    reply          BLOB NOT NULL,
    seq            INTEGER NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    PRIMARY KEY (principal_id, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_by_time ON requests (recorded_at_ms);

-- Projections. `image` is the whole resource as JSON; the columns are what is searched by.
CREATE TABLE incidents (
    row             INTEGER PRIMARY KEY,
    log_id          TEXT NOT NULL,
    incident_id     BLOB NOT NULL,
    first_seq       INTEGER NOT NULL,
    revision        INTEGER NOT NULL,
    number          INTEGER NOT NULL,
    local_day       INTEGER NOT NULL,
    state           TEXT NOT NULL,
    category        TEXT NOT NULL,
    type            TEXT,
    priority        INTEGER NOT NULL,
    h3_cell         TEXT,
    lat_e7          INTEGER,
    lon_e7          INTEGER,
    station         TEXT NOT NULL,
    owner_team      TEXT NOT NULL,
    reported_at_ms  INTEGER NOT NULL,
    updated_at_ms   INTEGER NOT NULL,
    closed_at_ms    INTEGER,
    image           TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX incidents_by_id ON incidents (log_id, incident_id);
CREATE INDEX incidents_by_age ON incidents (log_id, first_seq);
CREATE INDEX incidents_by_cell ON incidents (log_id, h3_cell, first_seq) WHERE h3_cell IS NOT NULL;
CREATE INDEX incidents_by_state ON incidents (log_id, state, first_seq);
CREATE INDEX incidents_by_category ON incidents (log_id, category, first_seq);
CREATE INDEX incidents_by_station ON incidents (log_id, station, first_seq);
CREATE INDEX incidents_by_number ON incidents (log_id, local_day, number);
CREATE INDEX incidents_by_time ON incidents (log_id, reported_at_ms);

CREATE TABLE assignments (
    row           INTEGER PRIMARY KEY,
    log_id        TEXT NOT NULL,
    assignment_id BLOB NOT NULL,
    incident_id   BLOB NOT NULL,
    unit_id       TEXT NOT NULL,
    role          TEXT NOT NULL,
    state         TEXT NOT NULL,
    active        INTEGER NOT NULL,
    revision      INTEGER NOT NULL,
    offered_at_ms INTEGER NOT NULL,
    ended_at_ms   INTEGER,
    image         TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX assignments_by_id ON assignments (log_id, assignment_id);
CREATE INDEX assignments_of_incident ON assignments (log_id, incident_id);
-- Units are unique in the whole installation, so this holds across logs.
CREATE UNIQUE INDEX one_active_assignment ON assignments (unit_id) WHERE active = 1;

CREATE TABLE units (
    log_id    TEXT NOT NULL,
    unit_id   TEXT NOT NULL,
    call_sign TEXT NOT NULL,
    kind      TEXT NOT NULL,
    team      TEXT NOT NULL,
    home      TEXT NOT NULL,
    state     TEXT NOT NULL,
    since_ms  INTEGER NOT NULL,
    revision  INTEGER NOT NULL,
    image     TEXT NOT NULL,
    PRIMARY KEY (log_id, unit_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE alarms (
    log_id       TEXT NOT NULL,
    alarm_id     BLOB NOT NULL,
    kind         TEXT NOT NULL,
    incident_id  BLOB NOT NULL,
    unit_id      TEXT,
    station      TEXT NOT NULL,
    standing     INTEGER NOT NULL,
    raised_at_ms INTEGER NOT NULL,
    ended_at_ms  INTEGER,
    revision     INTEGER NOT NULL,
    image        TEXT NOT NULL,
    PRIMARY KEY (log_id, alarm_id)
) STRICT, WITHOUT ROWID;

-- What must have happened by when; follows from the projections and is written with them.
CREATE TABLE deadlines (
    log_id       TEXT NOT NULL,
    subject_id   BLOB NOT NULL,
    subject_kind TEXT NOT NULL,
    due_at_ms    INTEGER NOT NULL,
    PRIMARY KEY (log_id, subject_id, subject_kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX deadlines_by_time ON deadlines (log_id, due_at_ms);

CREATE TABLE blobs (
    hash    BLOB PRIMARY KEY,
    content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Personal data: the only table of this file that holds any. Rows are overwritten when they are erased (secure_delete).
CREATE TABLE vault (
    private_ref BLOB PRIMARY KEY,
    log_id      TEXT NOT NULL,
    salt        BLOB NOT NULL,
    content     TEXT NOT NULL,
    erase_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX vault_by_time ON vault (log_id, erase_at_ms);

-- What was erased, in order, so that a restore can erase it again.
CREATE TABLE erasures (
    ordinal     INTEGER PRIMARY KEY,
    private_ref BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE principals (
    principal_id  TEXT PRIMARY KEY,
    role          TEXT NOT NULL,
    password_hash TEXT,
    created_at_ms INTEGER NOT NULL,
    disabled      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    token_sha256  BLOB PRIMARY KEY,
    principal_id  TEXT NOT NULL REFERENCES principals (principal_id),
    kind          TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    revoked       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_of_principal ON tokens (principal_id);
CREATE INDEX tokens_by_expiry ON tokens (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
