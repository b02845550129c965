-- Platform: bound to no municipality.

CREATE TABLE municipality (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    data_version BIGINT NOT NULL,
    event_number BIGINT NOT NULL,
    event_hash TEXT NOT NULL,
    posting_number BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL
);

CREATE TABLE access_grant (
    grant_id TEXT NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL,
    role TEXT NOT NULL,
    municipality TEXT NOT NULL,       -- empty for a platform administrator
    committees TEXT NOT NULL,         -- a JSON list; empty list: all of them
    granted_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX access_grant_subject ON access_grant (subject, role, municipality);

CREATE TABLE signing_key (
    kid TEXT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL,
    private_key {bytes} NOT NULL,     -- PKCS#8
    public_key {bytes} NOT NULL,      -- the uncompressed point
    created_at BIGINT NOT NULL
);

-- Audit.

CREATE TABLE audit_event (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    number BIGINT NOT NULL,
    version BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    subject TEXT NOT NULL,
    role TEXT NOT NULL,
    trace TEXT NOT NULL,
    action TEXT NOT NULL,
    resource TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (municipality, number)
);
CREATE INDEX audit_event_resource ON audit_event (municipality, resource, version);
CREATE INDEX audit_event_time ON audit_event (municipality, recorded_at, version);

-- Organisation and code plan.

CREATE TABLE committee (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    code TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    PRIMARY KEY (municipality, code, since)
);

CREATE TABLE code (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    part SMALLINT NOT NULL,
    code TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    position BIGINT NOT NULL,
    valid_to TEXT NOT NULL,
    name TEXT NOT NULL,
    parent TEXT NOT NULL,
    committee TEXT NOT NULL,
    nature TEXT NOT NULL,
    result_line TEXT NOT NULL,
    excluded_from_net_cost BOOLEAN NOT NULL,
    rs_row TEXT NOT NULL,
    outside_frame BOOLEAN NOT NULL,
    PRIMARY KEY (municipality, part, code, valid_from, since)
);

CREATE TABLE period_profile (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    code TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    weights TEXT NOT NULL,            -- a JSON list of twelve whole numbers
    PRIMARY KEY (municipality, code, since)
);

-- Ledger.

CREATE TABLE raw_file (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    hash TEXT NOT NULL,               -- SHA-256 of the bytes
    content_type TEXT NOT NULL,
    bytes {bytes} NOT NULL,
    PRIMARY KEY (municipality, hash)
);

CREATE TABLE posting (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    posting_number BIGINT NOT NULL,
    posting_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    year SMALLINT NOT NULL,
    month SMALLINT NOT NULL,          -- 1 to 13; 0 for a budget
    from_month SMALLINT NOT NULL,     -- first month of an accumulated span
    source TEXT NOT NULL,
    revision BIGINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    basis TEXT NOT NULL,
    amount_unit TEXT NOT NULL,
    sign_convention TEXT NOT NULL,
    budget_status TEXT NOT NULL,
    fingerprint TEXT NOT NULL,        -- SHA-256 of bytes and declarations
    file_hash TEXT NOT NULL,          -- empty when a withdrawal made it
    encoding TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    entry_count BIGINT NOT NULL,
    debit BIGINT NOT NULL,
    credit BIGINT NOT NULL,
    net BIGINT NOT NULL,
    added BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    changed_net BIGINT NOT NULL,
    cause TEXT NOT NULL,              -- delivery, withdrawal, re-derivation
    cause_posting_id TEXT NOT NULL,   -- the posting that caused a re-derivation
    reason TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (municipality, posting_number),
    UNIQUE (municipality, posting_id),
    UNIQUE (municipality, kind, period, source, revision)
);

-- Which postings a posting re-derived, in the order of the year.
CREATE TABLE posting_effect (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    posting_id TEXT NOT NULL,
    rederived_posting_id TEXT NOT NULL,
    PRIMARY KEY (municipality, posting_id, rederived_posting_id)
);

CREATE TABLE held_posting (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    posting_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,              -- held, released, abandoned
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    content_type TEXT NOT NULL,
    declarations TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    errors TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (municipality, posting_id, since)
);

CREATE TABLE entry (
    municipality TEXT NOT NULL,
    year SMALLINT NOT NULL,
    posting_number BIGINT NOT NULL,
    number BIGINT NOT NULL,           -- order within the posting, from 1
    row_number BIGINT NOT NULL,       -- the delivery's row; 0 when a re-derivation made it
    month SMALLINT NOT NULL,          -- 1 to 13; 0 counts for the year and no month
    committee TEXT NOT NULL,          -- only when no unit says it
    account TEXT NOT NULL,
    unit TEXT NOT NULL,
    activity TEXT NOT NULL,
    project TEXT NOT NULL,
    specification TEXT NOT NULL,
    work_order TEXT NOT NULL,
    object TEXT NOT NULL,
    counterparty TEXT NOT NULL,
    amount BIGINT NOT NULL,
    quantity BIGINT,                  -- millionths
    text TEXT NOT NULL,
    PRIMARY KEY (municipality, year, posting_number, number)
){clustered}; -- entry

-- One set of rollups of a posting; a change of the code plan makes a new one.
CREATE TABLE rollup_generation (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    year SMALLINT NOT NULL,
    generation BIGINT NOT NULL,
    posting_number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    month SMALLINT NOT NULL,
    from_month SMALLINT NOT NULL,
    source TEXT NOT NULL,
    budget_status TEXT NOT NULL,
    committees TEXT NOT NULL,         -- a JSON list: whose amounts it holds
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (municipality, year, generation)
);

CREATE TABLE rollup (
    municipality TEXT NOT NULL,
    year SMALLINT NOT NULL,
    generation BIGINT NOT NULL,
    dimension SMALLINT NOT NULL,
    committee TEXT NOT NULL,
    code TEXT NOT NULL,
    outside_frame BOOLEAN NOT NULL,
    month SMALLINT NOT NULL,
    cost BIGINT NOT NULL,
    revenue BIGINT NOT NULL,
    excluded BIGINT NOT NULL,
    PRIMARY KEY (municipality, year, generation, dimension, committee, code, outside_frame, month)
){clustered}; -- rollup

CREATE TABLE month_lock (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    period TEXT NOT NULL,
    committee TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    locked BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    recorded_by TEXT NOT NULL,
    PRIMARY KEY (municipality, period, committee, since)
);

-- Deviations.

CREATE TABLE deviation_policy (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    committee TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    rules TEXT NOT NULL,
    PRIMARY KEY (municipality, committee, since)
);

CREATE TABLE deviation_case (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    deviation_id TEXT NOT NULL,
    committee TEXT NOT NULL,
    basis TEXT NOT NULL,
    level TEXT NOT NULL,
    code TEXT NOT NULL,
    year SMALLINT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (municipality, deviation_id),
    UNIQUE (municipality, year, committee, basis, level, code)
);

CREATE TABLE deviation_evaluation (
    municipality TEXT NOT NULL,
    deviation_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    period TEXT NOT NULL,
    event TEXT NOT NULL,
    cause TEXT NOT NULL,              -- posting, policy, code-plan
    posting_id TEXT NOT NULL,         -- empty unless a posting caused it
    rule TEXT NOT NULL,
    budget BIGINT NOT NULL,
    actual BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    percent BIGINT,                   -- hundredths of a percent
    PRIMARY KEY (municipality, deviation_id, version),
    FOREIGN KEY (municipality, deviation_id) REFERENCES deviation_case (municipality, deviation_id)
);
CREATE INDEX deviation_evaluation_posting ON deviation_evaluation (municipality, posting_id);
